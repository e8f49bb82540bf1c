import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { Star } from 'lucide-react'
import { useEffect } from 'react'
import { problemText } from '../lib/problemText.ts'
import { useContacts } from './contacts.store.ts'
import { useUsersById } from './people.store.ts'
import { usePresenceOf } from './usePresenceOf.ts'
import { PresenceLabel } from './PresenceLabel.tsx'
import { compareNames } from '../lib/format.ts'
import { matches } from '../lib/nameMatch.ts'
import { ROW } from '../ui/rowKeys.ts'
import { Avatar } from './Avatar.tsx'
import { IconButton } from '../ui/Button.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { ErrorLine } from '../ui/States.tsx'
import { setFavourite } from './contact.actions.ts'
import { UserItems } from './UserItems.tsx'
import { useUserMenu } from './useUserMenu.tsx'
import { UserLabel } from './UserLabel.tsx'

interface ContactListProps {
  search: string
  openingId: string | null
  onChoose: (user: User) => void
}

/** Lists the user's contacts, favourites first, then by name. A search shows matching names only. */
export function ContactList({ search, openingId, onChoose }: ContactListProps) {
  const { status, problem, contacts, load } = useContacts()
  const usersById = useUsersById(Object.keys(contacts))
  useEffect(() => void load(), [load])

  const searching = search.trim() !== ''
  const people = Object.values(usersById)
    .filter((user) => user !== undefined)
    .filter(({ fullName, username }) => !searching || matches(search, fullName, username))
    .toSorted(
      (a, b) =>
        Number(contacts[b.id]?.favourite) - Number(contacts[a.id]?.favourite) || compareNames(a.fullName, b.fullName),
    )

  if (searching && people.length === 0) return null
  return (
    <section aria-labelledby="contacts-title">
      <h2 id="contacts-title" className="list-heading">
        {t`Contacts`}
      </h2>
      {(status === 'idle' || status === 'loading') && <SkeletonRows label={t`Loading your contacts`} rows={2} />}
      {status === 'error' && (
        <ErrorLine className="px-4 py-1" onRetry={() => void load()}>
          {t`Could not load your contacts.`} {problem && problemText(problem)}
        </ErrorLine>
      )}
      {status === 'ready' && people.length === 0 && (
        <p className="px-4 pb-2 text-sec text-muted">{t`No contacts yet. Add people from their menu or profile.`}</p>
      )}
      <ul className="people-columns pb-1">
        {people.map((user) => (
          <li key={user.id}>
            <ContactRow
              user={user}
              favourite={contacts[user.id]?.favourite ?? false}
              opening={user.id === openingId}
              onChoose={onChoose}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ContactRowProps {
  user: User
  favourite: boolean
  opening: boolean
  onChoose: (user: User) => void
}

function ContactRow({ user, favourite, opening, onChoose }: ContactRowProps) {
  const presence = usePresenceOf(user.id)
  const { handlers, button } = useUserMenu(user, <UserItems user={user} isSelf={false} />)
  const name = user.fullName
  return (
    <div className="member-row mx-1.5" {...handlers}>
      <button
        type="button"
        {...ROW}
        className="member-face"
        aria-busy={opening || undefined}
        onClick={() => onChoose(user)}
      >
        <Avatar user={user} size={40} presence={presence} />
        <span className="min-w-0">
          <UserLabel user={user} className="row-name block" />
          <span className="block truncate text-cap text-muted">
            {user.statusText === '' ? <PresenceLabel user={user} /> : <bdi>{user.statusText}</bdi>}
          </span>
        </span>
      </button>
      {opening && <Spinner />}
      <IconButton
        icon={Star}
        iconSize={18}
        label={t`Favourite: ${name}`}
        aria-pressed={favourite}
        className={favourite ? 'bg-transparent! text-warn-ink! [&_svg]:fill-current' : ''}
        onClick={() => void setFavourite(user, !favourite)}
      />
      {button}
    </div>
  )
}
