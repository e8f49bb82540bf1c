import { plural, t } from '@lingui/core/macro'
import { LIMITS, type AccountState, type AdminUser, type AdminUserSort, type UserRole } from 'backend/contract'
import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useMediaQuery } from '../../ui/hooks/useMediaQuery.ts'
import { listUsers } from '../shared/admin.api.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/States.tsx'
import { InvitePeopleLink } from '../../people/InvitePeopleLink.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { AdminFilters } from '../shared/AdminFilters.tsx'
import { Choice } from '../shared/Choice.tsx'
import { UserCards } from './UserCards.tsx'
import { UserTable } from './UserTable.tsx'
import { UserDialog } from './UserDialog.tsx'
import type { Asking } from './user.actions.ts'

const SEARCH_DELAY_MS = 200

/** Lists all accounts, with a search, filters and the actions on each account. */
export function UsersView() {
  const [parameters] = useSearchParams()
  const [search, setSearch] = useState(parameters.get('q') ?? '')
  const [role, setRole] = useState<UserRole | ''>('')
  const [state, setState] = useState<AccountState | ''>('')
  const [sort, setSort] = useState<AdminUserSort>('name')
  const [asking, setAsking] = useState<Asking | null>(null)
  const isWide = useMediaQuery('(width >= 75rem)')
  const q = search.trim()
  const users = useAdminPages(
    ['users', q, role, state, sort],
    (cursor) => listUsers({ q: q || undefined, role: role || undefined, state: state || undefined, sort, cursor }),
    q === '' ? 0 : SEARCH_DELAY_MS,
  )
  const total = users.page && users.page.total - users.removed
  const isNarrowed = q !== '' || role !== '' || state !== ''
  const changed = (next: AdminUser | null, id: string): void => users.change((one) => (one.id === id ? next : one))

  return (
    <>
      <AdminHeader title={t`People`}>
        <span role="status" className="pe-2 text-sec text-muted tabular-nums">
          {total !== null && plural(total, { one: '# person', other: '# people' })}
        </span>
        <InvitePeopleLink />
      </AdminHeader>
      <AdminBody label={t`People`} width="wide">
        <div className="panel flex grow flex-col">
          <AdminFilters>
            <SearchField
              label={t`Search people`}
              placeholder={t`Name, username or e-mail`}
              maxLength={LIMITS.emailMax}
              value={search}
              onValue={setSearch}
            />
            <Choice quiet label={t`Role`} value={role} options={roleOptions()} onChange={setRole} />
            <Choice quiet label={t`State`} value={state} options={stateOptions()} onChange={setState} />
            {!isWide && (
              <Choice
                quiet
                label={t`Order`}
                value={sort}
                options={sortOptions()}
                onChange={setSort}
                className="max-md:col-span-full"
              />
            )}
          </AdminFilters>
          {users.problem && (
            <ErrorState title={t`Could not load people`} problem={users.problem} onRetry={users.retry} />
          )}
          {users.status === 'loading' && users.items.length === 0 && <SkeletonRows label={t`Loading people`} />}
          {users.status === 'ready' && users.items.length === 0 && (
            <EmptyState icon={SearchX} live title={isNarrowed ? t`No people found` : t`No people yet`}>
              {t`Names are found by the beginning of each word, usernames and e-mail addresses by theirs.`}
            </EmptyState>
          )}
          {users.items.length > 0 &&
            (isWide ? (
              <UserTable
                users={users.items}
                sort={sort}
                onSort={setSort}
                busy={users.status === 'loading'}
                onAsk={setAsking}
                onChanged={changed}
              />
            ) : (
              <UserCards users={users.items} busy={users.status === 'loading'} onAsk={setAsking} onChanged={changed} />
            ))}
          <LoadMore hasMore={users.hasMore} loading={users.loadingMore} onMore={users.loadMore} />
        </div>
      </AdminBody>
      {asking && <UserDialog asking={asking} onChanged={changed} onClose={() => setAsking(null)} />}
    </>
  )
}

const roleOptions = () =>
  [
    { value: '', label: t`All roles` },
    { value: 'admin', label: t`Admins` },
    { value: 'member', label: t`Members` },
  ] as const

const stateOptions = () =>
  [
    { value: '', label: t`All states` },
    { value: 'active', label: t`Active` },
    { value: 'disabled', label: t`Disabled` },
    { value: 'deleted', label: t`Deleted` },
  ] as const

const sortOptions = () =>
  [
    { value: 'name', label: t`By name` },
    { value: '-seen', label: t`Last active first` },
    { value: 'seen', label: t`Longest away first` },
    { value: '-created', label: t`Newest first` },
    { value: 'created', label: t`Oldest first` },
    { value: 'username', label: t`By username` },
  ] as const
