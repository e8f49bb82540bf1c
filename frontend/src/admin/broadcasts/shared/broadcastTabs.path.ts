import { BROADCAST_LISTS, type BroadcastListName } from 'backend/contract'

/** Which broadcasts the list shows, from the address; whatever else is there means all. */
export const tabOf = (text: string | null): BroadcastListName => BROADCAST_LISTS.find((tab) => tab === text) ?? 'all'

/** The query that keeps the tab while one goes from place to place. */
export const queryOf = (tab: BroadcastListName): string => (tab === 'all' ? '' : `?show=${tab}`)
