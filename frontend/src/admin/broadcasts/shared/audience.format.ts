import type { BroadcastAudience, UserRole } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { useGroupsById } from '../../shared/adminGroups.store.ts'
import { people } from './progress.model.ts'

/** More groups than this are a number. */
const NAMED_MAX = 3

const NONE: readonly string[] = []

/** Who is meant, in a few words: "Admins", "Parents, Year 3 and Year 4", "12 people". Groups that are not known yet, or are gone, are counted. */
export function useAudienceLabel(audience: BroadcastAudience): string {
  const named = audience.kind === 'groups' && audience.ids.length <= NAMED_MAX ? audience.ids : NONE
  const groups = useGroupsById(named)
  const names = named.flatMap((id) => groups[id]?.name ?? [])
  switch (audience.kind) {
    case 'everybody':
      return 'Everybody'
    case 'roles':
      return list(audience.roles.map((role) => ROLE_NAMES[role]))
    case 'groups':
      if (names.length === audience.ids.length) return list(names)
      return audience.ids.length === 1 ? 'One group' : `${count(audience.ids.length)} groups`
    case 'people':
      return people(audience.ids.length)
  }
}

export const ROLE_NAMES: Record<UserRole, string> = { admin: 'Admins', member: 'Members' }

const list = (names: string[]): string => new Intl.ListFormat('en').format(names)
