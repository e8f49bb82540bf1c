import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { LIMITS } from 'backend/contract'
import { SquarePen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { focusSearch, SEARCH_TARGET } from '../ui/searchTarget.ts'
import { IconButton } from '../ui/Button.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { ConversationList } from './ConversationList.tsx'
import { enterRows, ROWS } from '../ui/rowKeys.ts'
import { SearchResults } from './SearchResults.tsx'

interface ConversationListPaneProps {
  selectedId: string | undefined
  onNew: () => void
}

/** Shows the conversations below a search field. A search replaces the list by its results. */
export function ConversationListPane({ selectedId, onNew }: ConversationListPaneProps) {
  const [search, setSearch] = useState('')
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
      <div className="scroll-pane flex flex-col">
        {searching ? (
          <SearchResults search={search} selectedId={selectedId} onDone={() => setSearch('')} />
        ) : (
          <ConversationList selectedId={selectedId} onNew={onNew} />
        )}
      </div>
    </section>
  )
}
