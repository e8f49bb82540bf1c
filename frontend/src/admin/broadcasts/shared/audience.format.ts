import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, plural, t } from '@lingui/core/macro'
import type { BroadcastAudience, UserRole } from 'backend/contract'
import { listOf } from '../../../lib/format.ts'
import { useGroupsById } from '../../shared/adminGroups.store.ts'
import { peopleCount } from './progress.model.ts'

/** An audience of more groups shows their number. */
const NAMED_MAX = 3

const NONE: readonly string[] = []

/** Describes an audience in a few words: "Admins", "Parents, Year 3 and Year 4", "12 people". Groups that are not loaded or are deleted are counted. */
export function useAudienceLabel(audience: BroadcastAudience): string {
  const named = audience.kind === 'groups' && audience.ids.length <= NAMED_MAX ? audience.ids : NONE
  const groups = useGroupsById(named)
  const names = named.flatMap((id) => groups[id]?.name ?? [])
  switch (audience.kind) {
    case 'everybody':
      return t`Everybody`
    case 'roles':
      return listOf(audience.roles.map((role) => i18n._(ROLE_NAMES[role])))
    case 'groups':
      if (names.length === audience.ids.length) return listOf(names)
      return plural(audience.ids.length, { one: 'One group', other: '# groups' })
    case 'people':
      return peopleCount(audience.ids.length)
  }
}

/** The roles of an audience. */
export const ROLE_NAMES: Record<UserRole, MessageDescriptor> = { admin: msg`Admins`, member: msg`Members` }
