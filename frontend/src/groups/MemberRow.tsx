import type { Group, GroupMember } from 'backend/contract'
import { Crown, EllipsisVertical, ShieldCheck, ShieldMinus, UserRoundMinus } from 'lucide-react'
import { useState } from 'react'
import { useContextMenu, type Point } from '../ui/hooks/useContextMenu.ts'
import { usePerson } from '../people/people.store.ts'
import { usePresenceOf } from '../people/presence.store.ts'
import { showProfile } from '../people/profileDialogs.store.ts'
import { Avatar } from '../people/Avatar.tsx'
import { IconButton } from '../ui/Button.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { MenuItem } from '../ui/Menu.tsx'
import { memberActions, type MemberAction } from './member.actions.ts'

interface MemberRowProps {
  member: GroupMember
  /** The role of the one who looks. */
  ownRole: Group['role']
  isSelf: boolean
  onAction: (action: MemberAction, member: GroupMember) => void
}

/** Somebody of a group: leads to their profile, and to what the one who looks may do with them. */
export function MemberRow({ member, ownRole, isSelf, onAction }: MemberRowProps) {
  const person = usePerson(member.user.id) ?? member.user
  const presence = usePresenceOf(person.id)
  const actions = isSelf ? [] : memberActions(ownRole, member.role)
  const [menuAt, setMenuAt] = useState<Point | null>(null)
  const menu = useContextMenu((at) => {
    if (actions.length > 0) setMenuAt(at)
  })
  return (
    <div className="member-row" {...menu}>
      <button type="button" className="member-face" onClick={() => showProfile(person.id)}>
        <Avatar person={person} size={36} presence={presence} />
        <span className="min-w-0">
          <bdi className="row-name block">{person.fullName}</bdi>
          <span className="block truncate text-cap text-muted">
            {isSelf && 'You'}
            {isSelf && person.statusText !== '' && ' · '}
            {person.statusText !== '' && <bdi>{person.statusText}</bdi>}
            {!isSelf && person.statusText === '' && (
              <>
                @<bdi>{person.username}</bdi>
              </>
            )}
          </span>
        </span>
        {member.role !== 'member' && <span className="text-cap text-muted">{ROLES[member.role]}</span>}
      </button>
      {actions.length > 0 && (
        <IconButton
          icon={EllipsisVertical}
          iconSize={18}
          label={`Actions: ${person.fullName}`}
          aria-haspopup="menu"
          onClick={(event) => {
            const { right, bottom } = event.currentTarget.getBoundingClientRect()
            setMenuAt({ x: right - 200, y: bottom + 4 })
          }}
        />
      )}
      {menuAt && (
        <ContextMenu
          label={`Actions: ${person.fullName}`}
          at={menuAt}
          header={<bdi className="block truncate font-semibold">{person.fullName}</bdi>}
          onClose={() => setMenuAt(null)}
        >
          {actions.map((action) => (
            <MenuItem
              key={action}
              icon={ITEMS[action].icon}
              danger={action === 'remove'}
              onSelect={() => onAction(action, member)}
            >
              {ITEMS[action].label}
            </MenuItem>
          ))}
        </ContextMenu>
      )}
    </div>
  )
}

const ROLES = { owner: 'Owner', admin: 'Admin', member: 'Member' } as const

const ITEMS = {
  makeAdmin: { label: 'Make an admin', icon: ShieldCheck },
  makeMember: { label: 'Take the admin role', icon: ShieldMinus },
  transfer: { label: 'Make the owner', icon: Crown },
  remove: { label: 'Remove from group', icon: UserRoundMinus },
} as const
