import type { User } from 'backend/contract'
import { LIMITS } from 'backend/contract'
import { useRef, useState } from 'react'
import { SEARCH_TARGET } from '../shell/useSearchKey.ts'
import { SearchField } from '../ui/SearchField.tsx'
import { PeopleList } from './PeopleList.tsx'
import { enterRows } from './rowKeys.ts'

interface PeopleFinderProps {
  openingId: string | null
  onChoose: (person: User) => void
  /** In a dialog the field has the focus at once; in a page Ctrl+K leads to it. */
  inDialog?: boolean
}

/** A search field above the people it finds. */
export function PeopleFinder({ openingId, onChoose, inDialog = false }: PeopleFinderProps) {
  const [search, setSearch] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <div className="px-4 pb-2">
        <SearchField
          {...(inDialog ? { 'data-autofocus': true } : SEARCH_TARGET)}
          inputRef={input}
          label="Search people"
          placeholder="Name or username"
          maxLength={LIMITS.searchMax}
          {...(!inDialog && { shortcut: 'Ctrl K' })}
          value={search}
          onValue={setSearch}
          onKeyDown={(event) => enterRows(event, list.current)}
        />
      </div>
      <div className="scroll-pane flex flex-col">
        <PeopleList search={search} openingId={openingId} onChoose={onChoose} field={input} ref={list} />
      </div>
    </>
  )
}
