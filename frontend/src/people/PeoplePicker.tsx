import { t } from '@lingui/core/macro'
import { LIMITS, type User, type UserId } from 'backend/contract'
import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { useSession } from '../accounts/session.store.ts'
import { usePeopleSearch } from './people.store.ts'
import { MorePeople } from './PeopleList.tsx'
import { enterRows, ROW, ROWS } from '../ui/rowKeys.ts'
import { Avatar } from './Avatar.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { ChosenItem } from './ChosenItem.tsx'
import { UserLabel } from './UserLabel.tsx'
import { nameOfUser } from './userName.format.ts'

interface PeoplePickerProps {
  chosen: readonly User[]
  onChosen: (chosen: User[]) => void
  max: number
  /** Returns in a few words why a person cannot be chosen, or null. */
  excluded?: (id: UserId) => string | null
}

const EXCLUDES_NONE = (): null => null

/** Chooses several people: the chosen ones, a search field, and the people that it finds. */
export function PeoplePicker({ chosen, onChosen, max, excluded = EXCLUDES_NONE }: PeoplePickerProps) {
  const [search, setSearch] = useState('')
  const found = usePeopleSearch(search)
  const ownId = useSession((state) => state.user?.id)
  const people = found.people.filter(({ id }) => id !== ownId)
  const isChosen = (id: UserId) => chosen.some((user) => user.id === id)
  const toggle = (user: User) =>
    onChosen(isChosen(user.id) ? chosen.filter(({ id }) => id !== user.id) : [...chosen, user])

  return (
    <div {...ROWS} className="flex min-h-0 grow flex-col">
      <div className="px-4 pb-2">
        <SearchField
          data-autofocus
          label={t`Search people`}
          placeholder={t`Name or username`}
          maxLength={LIMITS.searchMax}
          value={search}
          onValue={setSearch}
          onKeyDown={enterRows}
        />
      </div>
      {chosen.length > 0 && <Chosen people={chosen} onRemove={toggle} />}
      <div className="scroll-pane flex flex-col">
        {found.status === 'error' && found.problem && (
          <ErrorState title={t`Could not load people`} problem={found.problem} onRetry={found.retry} />
        )}
        {found.status === 'loading' && people.length === 0 && <SkeletonRows label={t`Loading people`} />}
        {found.status === 'ready' && people.length === 0 && (
          <EmptyState icon={SearchX} live title={search.trim() === '' ? t`No people yet` : t`No people found`}>
            {t`The search looks in names and usernames.`}
          </EmptyState>
        )}
        <ul className="py-1" aria-label={t`People`}>
          {people.map((user) => (
            <li key={user.id}>
              <Choice
                user={user}
                checked={isChosen(user.id)}
                reason={
                  excluded(user.id) ?? (chosen.length >= max && !isChosen(user.id) ? t`The limit is reached` : null)
                }
                onToggle={() => toggle(user)}
              />
            </li>
          ))}
        </ul>
        <MorePeople found={found} />
      </div>
    </div>
  )
}

function Choice({
  user,
  checked,
  reason,
  onToggle,
}: {
  user: User
  checked: boolean
  reason: string | null
  onToggle: () => void
}) {
  return (
    <label className="choice-row">
      <Avatar user={user} size={40} />
      <span className="min-w-0">
        <UserLabel user={user} className="row-name block" />
        <span className="block truncate text-cap text-muted">
          {reason ?? (
            <>
              <bdi>@{user.username}</bdi>
            </>
          )}
        </span>
      </span>
      <input
        {...ROW}
        type="checkbox"
        className="choice-box"
        checked={checked}
        disabled={reason !== null}
        onChange={onToggle}
      />
    </label>
  )
}

function Chosen({ people, onRemove }: { people: readonly User[]; onRemove: (user: User) => void }) {
  return (
    <ul className="flex max-h-28 flex-wrap gap-1.5 overflow-y-auto px-4 pt-0.5 pb-2" aria-label={t`Chosen`}>
      {people.map((user) => (
        <ChosenItem
          key={user.id}
          name={nameOfUser(user)}
          face={<Avatar user={user} size={24} />}
          onRemove={() => onRemove(user)}
        />
      ))}
    </ul>
  )
}
