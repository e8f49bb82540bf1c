import { LIMITS, type AdminGroup, type ConversationId, type Page } from 'backend/contract'
import { useEffect } from 'react'
import { create } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { createDataLoader } from '../../lib/dataLoader.ts'
import { groupsById } from './admin.api.ts'
import { useSession } from '../../accounts/session.store.ts'

interface AdminGroupsState {
  byId: Readonly<Record<ConversationId, AdminGroup>>
  put(groups: readonly AdminGroup[]): void
}

/** Groups as admins know them, whether they are in them or not. */
export const useAdminGroups = create<AdminGroupsState>()((set) => ({
  byId: {},
  put: (groups) =>
    set(({ byId }) => ({ byId: { ...byId, ...Object.fromEntries(groups.map((group) => [group.id, group])) } })),
}))

const loader = createDataLoader<ConversationId, Page<AdminGroup>>({
  batchMax: LIMITS.groupIdsMax,
  fetch: groupsById,
  // A group that is gone stays requested.
  loaded: ({ items }) => useAdminGroups.getState().put(items),
  failed: (ids) => loader.release(ids),
})

/** Returns several groups by their ids, and asks the server for those that are not known, in one request. */
export function useGroupsById(
  ids: readonly ConversationId[],
): Readonly<Record<ConversationId, AdminGroup | undefined>> {
  const groups = useAdminGroups(useShallow(({ byId }) => Object.fromEntries(ids.map((id) => [id, byId[id]]))))
  useEffect(() => {
    for (const [id, group] of Object.entries(groups)) if (!group) loader.request(id)
  }, [groups])
  return groups
}

useSession.subscribe(({ user }, before) => {
  if (user?.id === before.user?.id) return
  loader.forget()
  useAdminGroups.setState(useAdminGroups.getInitialState(), true)
})
