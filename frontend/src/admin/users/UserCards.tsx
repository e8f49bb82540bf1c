import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { AdminUser } from 'backend/contract'
import { memo } from 'react'
import { useSession } from '../../accounts/session.store.ts'
import { usePresenceOf } from '../../people/usePresenceOf.ts'
import { Avatar } from '../../people/Avatar.tsx'
import { LastActive, UserChips } from './UserFacts.tsx'
import { UserMenu } from './UserMenu.tsx'
import type { Asking, Changed } from './user.actions.ts'

interface UserCardsProps {
  users: readonly AdminUser[]
  /** Other users are being loaded. */
  busy: boolean
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Shows users as cards, where there is no room for columns. */
export function UserCards({ users, busy, onAsk, onChanged }: UserCardsProps) {
  return (
    <ul className="divide-y divide-line" aria-label={t`People`} aria-busy={busy}>
      {users.map((user) => (
        <Card key={user.id} user={user} onAsk={onAsk} onChanged={onChanged} />
      ))}
    </ul>
  )
}

/** Drawn again only when the user changes, like a row of the table. */
const Card = memo(
  function Card({ user, onAsk, onChanged }: Pick<UserCardsProps, 'onAsk' | 'onChanged'> & { user: AdminUser }) {
    const isSelf = useSession((state) => state.user?.id === user.id)
    const presence = usePresenceOf(user.id)
    return (
      <li className="flex items-start gap-3 py-3 ps-4 pe-1.5">
        <Avatar user={user} size={40} presence={presence} />
        <div className="min-w-0 grow">
          <p className="flex items-center gap-2">
            <bdi className="truncate font-semibold">{user.fullName}</bdi>
            {isSelf && <span className="chip chip-primary">{t`You`}</span>}
          </p>
          <p className="truncate text-cap text-muted">
            <bdi>@{user.username}</bdi>
            {user.email !== '' && (
              <>
                {' · '}
                <bdi>{user.email}</bdi>
              </>
            )}
          </p>
          <p className="mt-1.5 flex flex-wrap items-center gap-1.5 text-cap text-muted">
            <UserChips user={user} />
            <span>
              <Trans>
                Last active: <LastActive user={user} />
              </Trans>
            </span>
          </p>
        </div>
        <UserMenu user={user} onAsk={onAsk} onChanged={onChanged} />
      </li>
    )
  },
  (before, after) => before.user === after.user,
)
