import type { AdminUser, AdminUserSort } from 'backend/contract'
import { ChevronDown, ChevronUp, ChevronsUpDown } from 'lucide-react'
import { memo } from 'react'
import { useSession } from '../../accounts/session.store.ts'
import { usePresenceOf } from '../../people/presence.store.ts'
import { Avatar } from '../../people/Avatar.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { LastActive, PersonChips, ShortTime } from './UserFacts.tsx'
import { UserMenu } from './UserMenu.tsx'
import type { Asking, Changed } from './user.actions.ts'

interface UserTableProps {
  people: readonly AdminUser[]
  sort: AdminUserSort
  onSort: (sort: AdminUserSort) => void
  /** Others are on their way. */
  busy: boolean
  onAsk: (asking: Asking) => void
  onChanged: Changed
}

/** Everybody, where there is room for columns; a press on a head orders by it, another one the other way round. */
export function UserTable({ people, sort, onSort, busy, onAsk, onChanged }: UserTableProps) {
  return (
    <table className="admin-table" aria-label="People" aria-busy={busy}>
      <thead>
        <tr>
          {COLUMNS.map(({ key, label, width }) => (
            <SortHead key={key} name={key} label={label} width={width} sort={sort} onSort={onSort} />
          ))}
          <th scope="col" className="w-14">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Row key={person.id} person={person} onAsk={onAsk} onChanged={onChanged} />
        ))}
      </tbody>
    </table>
  )
}

type Column = 'name' | 'username' | 'role' | 'created' | 'seen'

const COLUMNS: { key: Column; label: string; width: string }[] = [
  { key: 'name', label: 'Name', width: '' },
  { key: 'username', label: 'Username', width: 'w-36' },
  { key: 'role', label: 'Role and state', width: 'w-44' },
  { key: 'created', label: 'Joined', width: 'w-28' },
  { key: 'seen', label: 'Last active', width: 'w-30' },
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
  // Times begin with the newest, names with the first.
  const first: AdminUserSort = name === 'created' || name === 'seen' ? `-${name}` : name
  const other: AdminUserSort = sort === name ? `-${name}` : name
  return (
    <th scope="col" className={width} aria-sort={direction}>
      <button type="button" className="sort-button" onClick={() => onSort(direction === 'none' ? first : other)}>
        {label}
        <Icon
          icon={direction === 'none' ? ChevronsUpDown : direction === 'ascending' ? ChevronUp : ChevronDown}
          size={14}
        />
      </button>
    </th>
  )
}

/** Drawn again only when the person is another one: the rows above stay as they are while pages are added below. */
const Row = memo(
  function Row({ person, onAsk, onChanged }: Pick<UserTableProps, 'onAsk' | 'onChanged'> & { person: AdminUser }) {
    const isSelf = useSession((state) => state.user?.id === person.id)
    const presence = usePresenceOf(person.id)
    return (
      <tr>
        <td>
          <span className="flex items-center gap-3">
            <Avatar person={person} size={32} presence={presence} />
            <span className="min-w-0">
              <span className="flex items-center gap-2">
                <bdi className="truncate font-medium">{person.fullName}</bdi>
                {isSelf && <span className="chip chip-primary">You</span>}
              </span>
              <bdi className="block truncate text-cap text-muted">{person.email}</bdi>
            </span>
          </span>
        </td>
        <td className="truncate text-muted">
          <bdi>{person.username}</bdi>
        </td>
        <td>
          <span className="flex flex-wrap gap-1.5">
            <PersonChips person={person} />
          </span>
        </td>
        <td className="whitespace-nowrap text-muted tabular-nums">
          <ShortTime iso={person.createdAt} />
        </td>
        <td className="whitespace-nowrap text-muted tabular-nums">
          <LastActive person={person} />
        </td>
        <td>
          <UserMenu person={person} onAsk={onAsk} onChanged={onChanged} />
        </td>
      </tr>
    )
  },
  (before, after) => before.person === after.person,
)
