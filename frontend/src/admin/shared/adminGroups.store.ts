import { LIMITS, type AdminGroup, type ConversationId } from 'backend/contract'
import { useEffect } from 'react'
import { create } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
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

const asked = new Set<ConversationId>()
let due: ConversationId[] = []

/** Several by their ids, as far as they are known; the server is asked for the others together. */
export function useGroupsById(
  ids: readonly ConversationId[],
): Readonly<Record<ConversationId, AdminGroup | undefined>> {
  const groups = useAdminGroups(useShallow(({ byId }) => Object.fromEntries(ids.map((id) => [id, byId[id]]))))
  useEffect(() => {
    for (const [id, group] of Object.entries(groups)) if (!group && !asked.has(id)) ask(id)
  }, [groups])
  return groups
}

useSession.subscribe(({ user }, before) => {
  if (user?.id === before.user?.id) return
  asked.clear()
  due = []
  useAdminGroups.setState(useAdminGroups.getInitialState(), true)
})

function ask(id: ConversationId): void {
  asked.add(id)
  if (due.push(id) === 1) queueMicrotask(askForDue)
}

/** A group that is gone stays asked for. */
function askForDue(): void {
  const ids = due
  due = []
  for (let from = 0; from < ids.length; from += LIMITS.groupIdsMax) {
    const some = ids.slice(from, from + LIMITS.groupIdsMax)
    groupsById(some).then(
      ({ items }) => useAdminGroups.getState().put(items),
      () => some.forEach((id) => asked.delete(id)),
    )
  }
}
