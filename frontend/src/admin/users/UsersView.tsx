import { LIMITS, type AccountState, type AdminUser, type AdminUserSort, type UserRole } from 'backend/contract'
import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMediaQuery } from '../../ui/hooks/useMediaQuery.ts'
import { listUsers } from '../shared/admin.api.ts'
import { count } from '../../lib/format.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { Choice } from '../shared/Choice.tsx'
import { UserCards } from './UserCards.tsx'
import { UserTable } from './UserTable.tsx'
import { UserDialog } from './UserDialog.tsx'
import type { Asking } from './user.actions.ts'

const SEARCH_DELAY_MS = 200

/** Everybody who has an account, to be found among many, with what can be done to each. */
export function UsersView() {
  const [parameters] = useSearchParams()
  const [search, setSearch] = useState(parameters.get('q') ?? '')
  const [role, setRole] = useState<UserRole | ''>('')
  const [state, setState] = useState<AccountState | ''>('')
  const [sort, setSort] = useState<AdminUserSort>('name')
  const [asking, setAsking] = useState<Asking | null>(null)
  const isWide = useMediaQuery('(width >= 75rem)')
  const q = search.trim()
  const people = useAdminPages(
    ['users', q, role, state, sort],
    (cursor) => listUsers({ q: q || undefined, role: role || undefined, state: state || undefined, sort, cursor }),
    q === '' ? 0 : SEARCH_DELAY_MS,
  )
  const total = people.page && people.page.total - people.removed
  const isNarrowed = q !== '' || role !== '' || state !== ''
  const changed = (next: AdminUser | null, id: string): void => people.change((one) => (one.id === id ? next : one))

  return (
    <>
      <AdminHeader title="People">
        <span role="status" className="pe-2 text-sec text-muted tabular-nums">
          {total !== null && (total === 1 ? '1 person' : `${count(total)} people`)}
        </span>
      </AdminHeader>
      <AdminBody label="People" width="wide">
        <div className="panel flex grow flex-col">
          <div className="admin-filters">
            <SearchField
              label="Search people"
              placeholder="Name, username or e-mail"
              maxLength={LIMITS.emailMax}
              value={search}
              onValue={setSearch}
            />
            <Choice quiet label="Role" value={role} options={ROLES} onChange={setRole} />
            <Choice quiet label="State" value={state} options={STATES} onChange={setState} />
            {!isWide && (
              <Choice
                quiet
                label="Order"
                value={sort}
                options={SORTS}
                onChange={setSort}
                className="admin-filter-last"
              />
            )}
          </div>
          {people.problem && (
            <ErrorState title="Could not load people" problem={people.problem} onRetry={people.retry} />
          )}
          {people.status === 'loading' && people.items.length === 0 && <SkeletonRows label="Loading people" />}
          {people.status === 'ready' && people.items.length === 0 && (
            <EmptyState icon={SearchX} live title={isNarrowed ? 'Nobody found' : 'Nobody here yet'}>
              Names are found by the beginning of each word, usernames and e-mail addresses by theirs.
            </EmptyState>
          )}
          {people.items.length > 0 &&
            (isWide ? (
              <UserTable
                people={people.items}
                sort={sort}
                onSort={setSort}
                busy={people.status === 'loading'}
                onAsk={setAsking}
                onChanged={changed}
              />
            ) : (
              <UserCards
                people={people.items}
                busy={people.status === 'loading'}
                onAsk={setAsking}
                onChanged={changed}
              />
            ))}
          <LoadMore hasMore={people.hasMore} loading={people.loadingMore} onMore={people.loadMore} />
        </div>
      </AdminBody>
      {asking && <UserDialog asking={asking} onChanged={changed} onClose={() => setAsking(null)} />}
    </>
  )
}

const ROLES = [
  { value: '', label: 'All roles' },
  { value: 'admin', label: 'Admins' },
  { value: 'member', label: 'Members' },
] as const

const STATES = [
  { value: '', label: 'All states' },
  { value: 'active', label: 'Active' },
  { value: 'disabled', label: 'Disabled' },
  { value: 'deleted', label: 'Deleted' },
] as const

const SORTS = [
  { value: 'name', label: 'By name' },
  { value: '-seen', label: 'Last active first' },
  { value: 'seen', label: 'Longest away first' },
  { value: '-created', label: 'Newest first' },
  { value: 'created', label: 'Oldest first' },
  { value: 'username', label: 'By username' },
] as const
