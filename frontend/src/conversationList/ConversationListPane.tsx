import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LIMITS } from 'backend/contract'
import { ListFilter, SquarePen, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { focusSearch, SEARCH_TARGET } from '../ui/searchTarget.ts'
import { IconButton } from '../ui/Button.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { ConversationList } from './ConversationList.tsx'
import { enterRows, ROWS } from '../ui/rowKeys.ts'
import { SearchResults } from './SearchResults.tsx'
import { filterLabel, LIST_FILTERS, type ListFilterName } from './list.filter.ts'
import { Icon } from '../ui/Icon.tsx'
import { Menu, MenuItem } from '../ui/Menu.tsx'

interface ConversationListPaneProps {
  selectedId: string | undefined
  onNew: () => void
}

/** Shows the conversations below a search field. A search replaces the list by its results. */
export function ConversationListPane({ selectedId, onNew }: ConversationListPaneProps) {
  const [search, setSearch] = useState('')
  const [filter, setFilter] = useState<ListFilterName>('all')
  const filterName = filterLabel(filter)
  const searching = search.trim() !== ''
  const { state }: { state: unknown } = useLocation()

  useEffect(() => {
    if (typeof state === 'object' && state !== null && 'focusSearch' in state) focusSearch()
  }, [state])

  return (
    <section {...ROWS} className="pane pane-list" aria-label={t`Conversations`}>
      <header className="pane-header">
        <h2 className="pane-title">
          <Trans>Chats</Trans>
        </h2>
        <Menu
          label={t`Filter the list`}
          buttonClass={`icon-button ${filter === 'all' ? '' : 'bg-selected text-primary'}`}
          placement="top-full end-0 mt-1"
          face={<Icon icon={ListFilter} />}
        >
          {LIST_FILTERS.map((name) => (
            <MenuItem key={name} checked={name === filter} onSelect={() => setFilter(name)}>
              {filterLabel(name)}
            </MenuItem>
          ))}
        </Menu>
        <IconButton icon={SquarePen} label={t`New conversation`} onClick={onNew} />
      </header>
      <div className="px-4 pb-2">
        <SearchField
          {...SEARCH_TARGET}
          label={t`Search chats and people`}
          shortcut={t`Ctrl K`}
          maxLength={LIMITS.searchMax}
          value={search}
          onValue={setSearch}
          onKeyDown={enterRows}
        />
      </div>
      {filter !== 'all' && !searching && (
        <div className="px-4 pb-1.5">
          <button
            type="button"
            className="chip chip-primary relative h-7! after:absolute after:-inset-2"
            aria-label={t`Stop filtering: ${filterName}`}
            onClick={() => setFilter('all')}
          >
            {filterName}
            <Icon icon={X} size={14} />
          </button>
        </div>
      )}
      <div className="scroll-pane flex flex-col">
        {searching ? (
          <SearchResults search={search} selectedId={selectedId} onDone={() => setSearch('')} />
        ) : (
          <ConversationList filter={filter} selectedId={selectedId} onNew={onNew} />
        )}
      </div>
    </section>
  )
}
