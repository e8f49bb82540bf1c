import type { User, UserId } from 'backend/contract'
import { MessageSquare, SearchX, Users } from 'lucide-react'
import { useSession } from '../accounts/session.store.ts'
import { usePeopleSearch, type PeopleSearchState } from './people.store.ts'
import { usePresenceOf } from './presence.store.ts'
import { PersonItems } from './PersonItems.tsx'
import { usePersonMenu } from './usePersonMenu.tsx'
import { Avatar } from './Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { ROW } from '../ui/rowKeys.ts'

interface PeopleListProps {
  search: string
  /** The person whose conversation is being opened. */
  openingId: string | null
  onChoose: (person: User) => void
  /** Each has a menu of what else can be done with them. */
  withMenu?: boolean
  /** Who is shown elsewhere. */
  omit?: (id: UserId) => boolean
}

const NOBODY = (): boolean => false

/** Everybody, or those whose name begins with what was typed. */
export function PeopleList({ search, openingId, onChoose, withMenu = false, omit = NOBODY }: PeopleListProps) {
  const Row = withMenu ? RowWithMenu : PersonRow
  const found = usePeopleSearch(search)
  const ownId = useSession((state) => state.user?.id)

  if (found.status === 'error' && found.problem) {
    return <ErrorState title="Could not load people" problem={found.problem} onRetry={found.retry} />
  }
  if (found.people.length === 0)
    return found.status === 'loading' ? <SkeletonRows label="Loading people" /> : <Nobody search={search} />

  return (
    <>
      <ul className="py-1">
        {found.people
          .filter(({ id }) => !omit(id))
          .map((person) => (
            <li key={person.id}>
              <Row person={person} own={person.id === ownId} opening={person.id === openingId} onChoose={onChoose} />
            </li>
          ))}
      </ul>
      <MorePeople found={found} />
    </>
  )
}

interface PersonRowProps {
  person: User
  own: boolean
  opening: boolean
  onChoose: (person: User) => void
}

/** A person to talk to; oneself is "You", for notes. */
export function PersonRow({ person, own, opening, onChoose }: PersonRowProps) {
  const presence = usePresenceOf(person.id)
  return (
    <button
      type="button"
      {...ROW}
      className="person-row"
      onClick={() => onChoose(person)}
      aria-busy={opening || undefined}
    >
      <Avatar person={person} size={40} presence={presence} />
      <span className="min-w-0">
        <span className="row-line">
          <bdi className="row-name">{person.fullName}</bdi>
          {own && <span className="chip chip-primary">You</span>}
          {person.role === 'admin' && <span className="chip">Admin</span>}
        </span>
        <span className="block truncate text-cap text-muted">
          {own ? 'Notes to yourself' : <PersonWords person={person} />}
        </span>
      </span>
      {opening ? <Spinner /> : <Icon icon={MessageSquare} size={18} className="person-row-sign" />}
    </button>
  )
}

/** The status text, which says more, or the username. */
function PersonWords({ person: { username, statusText } }: { person: User }) {
  if (statusText !== '') return <bdi>{statusText}</bdi>
  return (
    <>
      @<bdi>{username}</bdi>
    </>
  )
}

function RowWithMenu(props: PersonRowProps) {
  const { handlers, button } = usePersonMenu(props.person, <PersonItems person={props.person} isSelf={false} />)
  if (props.own) return <PersonRow {...props} />
  return (
    <div className="member-row mx-1.5" {...handlers}>
      <PersonRow {...props} />
      {button}
    </div>
  )
}

/** A button, not an endless list: who is sought among hundreds is typed, not scrolled to. */
export function MorePeople({ found }: { found: PeopleSearchState }) {
  if (!found.hasMore) return null
  return (
    <div className="grid place-items-center py-2">
      <Button variant="ghost" size="sm" onClick={found.loadMore}>
        Show more people
      </Button>
    </div>
  )
}

function Nobody({ search }: { search: string }) {
  if (search.trim() === '') {
    return (
      <EmptyState icon={Users} title="Nobody here yet" live>
        Others appear as soon as they have signed up.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={SearchX}
      live
      title={
        <>
          Nobody called “<bdi>{search.trim()}</bdi>”
        </>
      }
    >
      Names and usernames are found by the beginning of each word.
    </EmptyState>
  )
}
