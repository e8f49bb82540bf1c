import { LIMITS, type ConversationId } from 'backend/contract'
import { SearchX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useConversations } from '../../../../store/conversations.store.ts'
import { matches } from '../../../conversations/fold.ts'
import { enterRows, ROW, ROWS } from '../../../conversations/rowKeys.ts'
import { Button } from '../../../ui/Button.tsx'
import { ConversationAvatar } from '../../../ui/ConversationAvatar.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { LoadMore } from '../../../ui/LoadMore.tsx'
import { SearchField } from '../../../ui/SearchField.tsx'
import { EmptyState } from '../../../ui/States.tsx'
import { people } from '../progress.ts'

interface GroupsDialogProps {
  chosen: readonly ConversationId[]
  onChosen: (ids: ConversationId[]) => void
  onClose: () => void
}

/** Chooses the groups whose members are to get a broadcast, among those that the admin is in. */
export function GroupsDialog({ chosen, onChosen, onClose }: GroupsDialogProps) {
  const [ids, setIds] = useState(chosen)
  const [search, setSearch] = useState('')
  const { byId, nextCursor, loadingMore, loadMore } = useConversations()
  const groups = Object.values(byId)
    .flatMap((conversation) => (conversation.group ? [{ ...conversation, group: conversation.group }] : []))
    .filter(({ group }) => search.trim() === '' || matches(group.name, search))
    .sort((one, other) => one.group.name.localeCompare(other.group.name))

  useEffect(() => {
    if (useConversations.getState().status === 'idle') void useConversations.getState().load()
  }, [])

  return (
    <Dialog open onClose={onClose} title="Choose groups" size="screen">
      <div {...ROWS} className="flex min-h-0 grow flex-col">
        <div className="px-4 pb-2">
          <SearchField data-autofocus label="Search groups" placeholder="Name of a group" maxLength={LIMITS.searchMax} value={search} onValue={setSearch} onKeyDown={enterRows} />
        </div>
        <div className="scroll-pane flex flex-col">
          {groups.length === 0 && nextCursor === null && (
            <EmptyState icon={SearchX} live title={search.trim() === '' ? 'No groups yet' : 'No group found'}>
              The groups that you are in can be chosen.
            </EmptyState>
          )}
          <ul className="py-1" aria-label="Groups">
            {groups.map((conversation) => {
              const { id, group } = conversation
              const isChosen = ids.includes(id)
              return (
                <li key={id}>
                  <label className="choice-row">
                    <ConversationAvatar conversation={conversation} size={40} />
                    <span className="min-w-0">
                      <bdi className="row-name block">{group.name}</bdi>
                      <span className="block truncate text-cap text-muted">{people(group.memberCount)}</span>
                    </span>
                    <input {...ROW} type="checkbox" className="choice-box" checked={isChosen} onChange={() => setIds(isChosen ? ids.filter((other) => other !== id) : [...ids, id])} />
                  </label>
                </li>
              )
            })}
          </ul>
          <LoadMore hasMore={nextCursor !== null} loading={loadingMore} onMore={loadMore} />
        </div>
      </div>
      <div className="flex justify-end gap-2 border-t border-line p-4">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant="primary"
          onClick={() => {
            onChosen([...ids])
            onClose()
          }}
        >
          Done
        </Button>
      </div>
    </Dialog>
  )
}
