import { BROADCAST_LISTS, type BroadcastListName } from 'backend/contract'

/** Returns the tab that the query of the address names; an unknown name means all. */
export const tabOf = (text: string | null): BroadcastListName => BROADCAST_LISTS.find((tab) => tab === text) ?? 'all'

/** Returns the query that keeps the tab in the address. */
export const queryOf = (tab: BroadcastListName): string => (tab === 'all' ? '' : `?show=${tab}`)
