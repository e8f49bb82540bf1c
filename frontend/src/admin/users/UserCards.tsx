import type { AdminUser } from 'backend/contract'
import { memo } from 'react'
import { useSession } from '../../accounts/session.store.ts'
import { usePresenceOf } from '../../people/presence.store.ts'
import { Avatar } from '../../people/Avatar.tsx'
import { LastActive, PersonChips } from './UserFacts.tsx'
import { UserMenu } from './UserMenu.tsx'
import type { Asking, Changed } from './user.actions.ts'

interface UserCardsProps {
  people: readonly AdminUser[]
  /** Others are on their way. */
  busy: boolean
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Everybody, where there is no room for columns. */
export function UserCards({ people, busy, onAsk, onChanged }: UserCardsProps) {
  return (
    <ul className="divide-y divide-line" aria-label="People" aria-busy={busy}>
      {people.map((person) => (
        <Card key={person.id} person={person} onAsk={onAsk} onChanged={onChanged} />
      ))}
    </ul>
  )
}

/** As with the rows of the table, drawn again only for another person. */
const Card = memo(
  function Card({ person, onAsk, onChanged }: Pick<UserCardsProps, 'onAsk' | 'onChanged'> & { person: AdminUser }) {
    const isSelf = useSession((state) => state.user?.id === person.id)
    const presence = usePresenceOf(person.id)
    return (
      <li className="flex items-start gap-3 py-3 ps-4 pe-1.5">
        <Avatar person={person} size={40} presence={presence} />
        <div className="min-w-0 grow">
          <p className="flex items-center gap-2">
            <bdi className="truncate font-semibold">{person.fullName}</bdi>
            {isSelf && <span className="chip chip-primary">You</span>}
          </p>
          <p className="truncate text-cap text-muted">
            @<bdi>{person.username}</bdi>
            {person.email !== '' && (
              <>
                {' · '}
                <bdi>{person.email}</bdi>
              </>
            )}
          </p>
          <p className="mt-1.5 flex flex-wrap items-center gap-1.5 text-cap text-muted">
            <PersonChips person={person} />
            <span>
              Last active: <LastActive person={person} />
            </span>
          </p>
        </div>
        <UserMenu person={person} onAsk={onAsk} onChanged={onChanged} />
      </li>
    )
  },
  (before, after) => before.person === after.person,
)
