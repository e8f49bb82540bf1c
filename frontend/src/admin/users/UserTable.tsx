import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { AdminUser, AdminUserSort } from 'backend/contract'
import { ChevronDown, ChevronUp, ChevronsUpDown } from 'lucide-react'
import { memo } from 'react'
import { useSession } from '../../accounts/session.store.ts'
import { usePresenceOf } from '../../people/usePresenceOf.ts'
import { Avatar } from '../../people/Avatar.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { LastActive, UserChips, ShortTime } from './UserFacts.tsx'
import { UserMenu } from './UserMenu.tsx'
import type { Asking, Changed } from './user.actions.ts'

interface UserTableProps {
  users: readonly AdminUser[]
  sort: AdminUserSort
  onSort: (sort: AdminUserSort) => void
  /** Other users are being loaded. */
  busy: boolean
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Shows users in columns. A press on a column's head sorts by it; a second press reverses the order. */
export function UserTable({ users, sort, onSort, busy, onAsk, onChanged }: UserTableProps) {
  return (
    <table className="admin-table [&_td]:h-13 [&_td]:py-1" aria-label={t`People`} aria-busy={busy}>
      <thead>
        <tr>
          {COLUMNS.map(({ key, label, width }) => (
            <SortHead key={key} name={key} label={i18n._(label)} width={width} sort={sort} onSort={onSort} />
          ))}
          <th scope="col" className="w-14">
            <span className="sr-only">{t`Actions`}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <Row key={user.id} user={user} onAsk={onAsk} onChanged={onChanged} />
        ))}
      </tbody>
    </table>
  )
}

type Column = 'name' | 'username' | 'role' | 'created' | 'seen'

const COLUMNS: { key: Column; label: MessageDescriptor; width: string }[] = [
  { key: 'name', label: msg`Name`, width: '' },
  { key: 'username', label: msg`Username`, width: 'w-36' },
  { key: 'role', label: msg`Role and state`, width: 'w-44' },
  { key: 'created', label: msg`Joined`, width: 'w-28' },
  { key: 'seen', label: msg`Last active`, width: 'w-30' },
]

function SortHead({
  name,
  label,
  width,
  sort,
  onSort,
}: { name: Column; label: string; width: string } & Pick<UserTableProps, 'sort' | 'onSort'>) {
  if (name === 'role') {
    return (
      <th scope="col" className={width}>
        {label}
      </th>
    )
  }
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none'
  // Times start with the newest, names with the first letter.
  const first: AdminUserSort = name === 'created' || name === 'seen' ? `-${name}` : name
  const other: AdminUserSort = sort === name ? `-${name}` : name
  return (
    <th scope="col" className={width} aria-sort={direction}>
      <button
        type="button"
        className={`-mx-1.5 inline-flex h-8 items-center gap-1 rounded-md px-1.5 font-semibold hover:text-base-content focus-visible:-outline-offset-2 ${direction === 'none' ? '' : 'text-base-content'}`}
        onClick={() => onSort(direction === 'none' ? first : other)}
      >
        {label}
        <Icon
          icon={direction === 'none' ? ChevronsUpDown : direction === 'ascending' ? ChevronUp : ChevronDown}
          size={14}
        />
      </button>
    </th>
  )
}

/** Drawn again only when the user changes: a page added below leaves the rows above as they are. */
const Row = memo(
  function Row({ user, onAsk, onChanged }: Pick<UserTableProps, 'onAsk' | 'onChanged'> & { user: AdminUser }) {
    const isSelf = useSession((state) => state.user?.id === user.id)
    const presence = usePresenceOf(user.id)
    return (
      <tr>
        <td>
          <span className="flex items-center gap-3">
            <Avatar user={user} size={32} presence={presence} />
            <span className="min-w-0">
              <span className="flex items-center gap-2">
                <bdi className="truncate font-medium">{user.fullName}</bdi>
                {isSelf && <span className="chip chip-primary">{t`You`}</span>}
              </span>
              <bdi className="keep-edge block truncate text-cap text-muted">{user.email}</bdi>
            </span>
          </span>
        </td>
        <td className="truncate text-muted">
          <bdi>{user.username}</bdi>
        </td>
        <td>
          <span className="flex flex-wrap gap-1.5">
            <UserChips user={user} />
          </span>
        </td>
        <td className="whitespace-nowrap text-muted tabular-nums">
          <ShortTime iso={user.createdAt} />
        </td>
        <td className="whitespace-nowrap text-muted tabular-nums">
          <LastActive user={user} />
        </td>
        <td>
          <UserMenu user={user} onAsk={onAsk} onChanged={onChanged} />
        </td>
      </tr>
    )
  },
  (before, after) => before.user === after.user,
)
