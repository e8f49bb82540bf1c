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

/** The groups that the admin panel has loaded. An admin sees each group, also without being a member. */
export const useAdminGroups = create<AdminGroupsState>()((set) => ({
  byId: {},
  put: (groups) =>
    set(({ byId }) => ({ byId: { ...byId, ...Object.fromEntries(groups.map((group) => [group.id, group])) } })),
}))

const loader = createDataLoader<ConversationId, Page<AdminGroup>>({
  batchMax: LIMITS.groupIdsMax,
  fetch: groupsById,
  // A deleted group stays requested, so that it is not asked for again.
  loaded: ({ items }) => useAdminGroups.getState().put(items),
  failed: (ids) => loader.release(ids),
})

/** Returns groups by their ids, and loads the missing groups in one request. */
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
