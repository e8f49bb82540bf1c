import type { BroadcastAudience, UserRole } from 'backend/contract'
import { useShallow } from 'zustand/react/shallow'
import { count } from '../../../lib/format.ts'
import { useConversations } from '../../../store/conversations.store.ts'
import { people } from './progress.ts'

/** More groups than this are a number. */
const NAMED_MAX = 3

/** Who is meant, in a few words: "Admins", "Parents, Year 3 and Year 4", "12 people". Groups that this page does not know are counted. */
export function useAudienceWords(audience: BroadcastAudience): string {
  const names = useConversations(useShallow(({ byId }) => (audience.kind === 'groups' ? audience.ids.flatMap((id) => byId[id]?.group?.name ?? []) : [])))
  switch (audience.kind) {
    case 'everybody':
      return 'Everybody'
    case 'roles':
      return list(audience.roles.map((role) => ROLE_NAMES[role]))
    case 'groups':
      if (names.length === audience.ids.length && names.length <= NAMED_MAX) return list(names)
      return audience.ids.length === 1 ? 'One group' : `${count(audience.ids.length)} groups`
    case 'people':
      return people(audience.ids.length)
  }
}

export const ROLE_NAMES: Record<UserRole, string> = { admin: 'Admins', member: 'Members' }

const list = (names: string[]): string => new Intl.ListFormat('en').format(names)
