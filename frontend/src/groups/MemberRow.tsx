import { i18n } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { Group, GroupMember } from 'backend/contract'
import { Crown, ShieldCheck, ShieldMinus, UserRoundMinus } from 'lucide-react'
import { useUser } from '../people/people.store.ts'
import { usePresenceOf } from '../people/usePresenceOf.ts'
import { showProfile } from '../people/profileDialogs.store.ts'
import { Avatar } from '../people/Avatar.tsx'
import { useUserMenu } from '../people/useUserMenu.tsx'
import { MenuItem } from '../ui/Menu.tsx'
import { memberActions, type MemberAction } from './member.actions.ts'
import { UserLabel } from '../people/UserLabel.tsx'

interface MemberRowProps {
  member: GroupMember
  /** The role of the signed-in user. */
  ownRole: Group['role']
  isSelf: boolean
  onAction: (action: MemberAction, member: GroupMember) => void
}

/** Shows one member of a group: opens the profile, and has a menu of the user's actions. */
export function MemberRow({ member, ownRole, isSelf, onAction }: MemberRowProps) {
  const user = useUser(member.user.id) ?? member.user
  const presence = usePresenceOf(user.id)
  const actions = isSelf ? [] : memberActions(ownRole, member.role)
  const { handlers, button } = useUserMenu(
    user,
    actions.length > 0
      ? actions.map((action) => (
          <MenuItem
            key={action}
            icon={ITEMS[action].icon}
            danger={action === 'remove'}
            onSelect={() => onAction(action, member)}
          >
            {i18n._(ITEMS[action].label)}
          </MenuItem>
        ))
      : null,
  )
  return (
    <div className="member-row" {...handlers}>
      <button type="button" className="member-face" onClick={() => showProfile(user.id)}>
        <Avatar user={user} size={36} presence={presence} />
        <span className="min-w-0">
          <UserLabel user={user} className="row-name block" />
          <span className="block truncate text-cap text-muted">
            {isSelf && t`You`}
            {isSelf && user.statusText !== '' && ' · '}
            {user.statusText !== '' && <bdi>{user.statusText}</bdi>}
            {!isSelf && user.statusText === '' && (
              <>
                <bdi>@{user.username}</bdi>
              </>
            )}
          </span>
        </span>
        {member.role !== 'member' && <span className="text-cap text-muted">{i18n._(ROLES[member.role])}</span>}
      </button>
      {button}
    </div>
  )
}

const ROLES = { owner: msg`Owner`, admin: msg`Admin`, member: msg`Member` } as const

const ITEMS = {
  makeAdmin: { label: msg`Make an admin`, icon: ShieldCheck },
  makeMember: { label: msg`Remove the admin role`, icon: ShieldMinus },
  transfer: { label: msg`Make the owner`, icon: Crown },
  remove: { label: msg`Remove from group`, icon: UserRoundMinus },
} as const
