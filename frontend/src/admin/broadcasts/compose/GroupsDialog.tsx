import { t } from '@lingui/core/macro'
import { LIMITS, type ConversationId } from 'backend/contract'
import { SearchX, Users } from 'lucide-react'
import { useEffect, useState } from 'react'
import { compareNames } from '../../../lib/format.ts'
import { listGroups } from '../../shared/admin.api.ts'
import { useAdminGroups } from '../../shared/adminGroups.store.ts'
import { useAdminPages } from '../../shared/useAdminPages.ts'
import { enterRows, ROW, ROWS } from '../../../ui/rowKeys.ts'
import { RoomAvatar } from '../../../people/Avatar.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { SearchField } from '../../../ui/SearchField.tsx'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../../ui/States.tsx'
import { peopleCount } from '../shared/progress.model.ts'
import { ChooserFoot } from './ChooserFoot.tsx'

interface GroupsDialogProps {
  chosen: readonly ConversationId[]
  onChosen: (ids: ConversationId[]) => void
  onClose: () => void
}

const SEARCH_DELAY_MS = 200

/** Lets the admin choose groups as the audience, among all groups. */
export function GroupsDialog({ chosen, onChosen, onClose }: GroupsDialogProps) {
  const [ids, setIds] = useState(chosen)
  const [search, setSearch] = useState('')
  const q = search.trim()
  const found = useAdminPages(['groups', q], (cursor) => listGroups({ q, cursor }), q === '' ? 0 : SEARCH_DELAY_MS)
  const groups = found.items.toSorted((one, other) => compareNames(one.name, other.name))
  // The form shows the names of chosen groups from this store.
  useEffect(() => useAdminGroups.getState().put(found.items), [found.items])

  return (
    <Dialog open onClose={onClose} title={t`Choose groups`} size="screen">
      <div {...ROWS} className="flex min-h-0 grow flex-col">
        <div className="px-4 pb-2">
          <SearchField
            data-autofocus
            label={t`Search groups`}
            placeholder={t`Name of a group`}
            maxLength={LIMITS.searchMax}
            value={search}
            onValue={setSearch}
            onKeyDown={enterRows}
          />
        </div>
        <div className="scroll-pane flex flex-col">
          {found.problem && (
            <ErrorState title={t`Could not load groups`} problem={found.problem} onRetry={found.retry} />
          )}
          {found.status === 'loading' && groups.length === 0 && <GroupsSkeleton />}
          {found.status === 'ready' && groups.length === 0 && !found.hasMore && (
            <EmptyState icon={SearchX} live title={q === '' ? t`No groups yet` : t`No group found`}>
              {t`Type the start of a word of the group’s name.`}
            </EmptyState>
          )}
          <ul className="py-1" aria-label={t`Groups`} aria-busy={found.status === 'loading'}>
            {groups.map(({ id, name, memberCount }) => {
              const isChosen = ids.includes(id)
              return (
                <li key={id}>
                  <label className="choice-row">
                    <RoomAvatar icon={Users} name={name} id={id} size={40} />
                    <span className="min-w-0">
                      <bdi className="row-name block">{name}</bdi>
                      <span className="block truncate text-cap text-muted">{peopleCount(memberCount)}</span>
                    </span>
                    <input
                      {...ROW}
                      type="checkbox"
                      className="choice-box"
                      checked={isChosen}
                      onChange={() => setIds(isChosen ? ids.filter((other) => other !== id) : [...ids, id])}
                    />
                  </label>
                </li>
              )
            })}
          </ul>
          <LoadMore hasMore={found.hasMore} loading={found.loadingMore} onMore={found.loadMore} />
        </div>
      </div>
      <ChooserFoot onDone={() => onChosen([...ids])} onClose={onClose} />
    </Dialog>
  )
}

function GroupsSkeleton() {
  return (
    <Skeleton label={t`Loading groups`} className="space-y-4 px-4 py-3">
      {Array.from({ length: 4 }, (_, row) => (
        <div key={row} className="flex items-center gap-3">
          <Bone className="size-10" />
          <Bone className="h-3 w-2/5" />
        </div>
      ))}
    </Skeleton>
  )
}
