import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { User, UserId } from 'backend/contract'
import { MessageSquare, SearchX, Users } from 'lucide-react'
import { useSession } from '../accounts/session.store.ts'
import { usePeopleSearch, type PeopleSearchState } from './people.store.ts'
import { usePresenceOf } from './usePresenceOf.ts'
import { UserItems } from './UserItems.tsx'
import { useUserMenu } from './useUserMenu.tsx'
import { Avatar } from './Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { ROW } from '../ui/rowKeys.ts'
import { UserLabel } from './UserLabel.tsx'

interface PeopleListProps {
  search: string
  /** The person whose conversation is being opened. */
  openingId: string | null
  onChoose: (user: User) => void
  /** Gives each person a menu of further actions. */
  withMenu?: boolean
  /** Leaves out people that another list shows. */
  omit?: (id: UserId) => boolean
}

const OMITS_NONE = (): boolean => false

/** Lists all people, or those whose name starts with the search text. */
export function PeopleList({ search, openingId, onChoose, withMenu = false, omit = OMITS_NONE }: PeopleListProps) {
  const Row = withMenu ? RowWithMenu : UserRow
  const found = usePeopleSearch(search)
  const ownId = useSession((state) => state.user?.id)

  if (found.status === 'error' && found.problem) {
    return <ErrorState title={t`Could not load people`} problem={found.problem} onRetry={found.retry} />
  }
  if (found.people.length === 0)
    return found.status === 'loading' ? <SkeletonRows label={t`Loading people`} /> : <NoPeople search={search} />

  return (
    <>
      <ul className="people-columns py-1">
        {found.people
          .filter(({ id }) => !omit(id))
          .map((user) => (
            <li key={user.id}>
              <Row user={user} own={user.id === ownId} opening={user.id === openingId} onChoose={onChoose} />
            </li>
          ))}
      </ul>
      <MorePeople found={found} />
    </>
  )
}

interface UserRowProps {
  user: User
  own: boolean
  opening: boolean
  onChoose: (user: User) => void
}

/** Shows a person as a button. The user's own row says "You" and leads to the notes. */
export function UserRow({ user, own, opening, onChoose }: UserRowProps) {
  const presence = usePresenceOf(user.id)
  return (
    <button
      type="button"
      {...ROW}
      className="person-row"
      onClick={() => onChoose(user)}
      aria-busy={opening || undefined}
    >
      <Avatar user={user} size={40} presence={presence} />
      <span className="min-w-0">
        <span className="row-line">
          <UserLabel user={user} className="row-name" />
          {own && <span className="chip chip-primary">{t`You`}</span>}
        </span>
        <span className="block truncate text-cap text-muted">
          {own ? t`Notes to yourself` : <UserWords user={user} />}
        </span>
      </span>
      {opening ? <Spinner /> : <Icon icon={MessageSquare} size={18} className="person-row-sign" />}
    </button>
  )
}

/** Shows the status text, or the username without one. */
function UserWords({ user: { username, statusText } }: { user: User }) {
  if (statusText !== '') return <bdi>{statusText}</bdi>
  return (
    <>
      <bdi>@{username}</bdi>
    </>
  )
}

function RowWithMenu(props: UserRowProps) {
  const { handlers, button } = useUserMenu(props.user, <UserItems user={props.user} isSelf={false} />)
  if (props.own) return <UserRow {...props} />
  return (
    <div className="member-row mx-1.5" {...handlers}>
      <UserRow {...props} />
      {button}
    </div>
  )
}

/** Shows a button for the next page. Among hundreds of people a search is faster than scrolling. */
export function MorePeople({ found }: { found: PeopleSearchState }) {
  if (!found.hasMore) return null
  return (
    <div className="grid place-items-center py-2">
      <Button variant="ghost" size="sm" onClick={found.loadMore}>
        {t`Show more people`}
      </Button>
    </div>
  )
}

function NoPeople({ search }: { search: string }) {
  const typed = search.trim()
  if (typed === '') {
    return (
      <EmptyState icon={Users} title={t`No people yet`} live>
        {t`People appear here after they sign up.`}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={SearchX}
      live
      title={
        <Trans>
          No people found for “<bdi>{typed}</bdi>”
        </Trans>
      }
    >
      {t`The search looks in names and usernames.`}
    </EmptyState>
  )
}
