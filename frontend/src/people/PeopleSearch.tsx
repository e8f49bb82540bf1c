import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { LIMITS } from 'backend/contract'
import { useState, type ReactNode } from 'react'
import { useContacts } from './contacts.store.ts'
import { SEARCH_TARGET } from '../ui/searchTarget.ts'
import { SearchField } from '../ui/SearchField.tsx'
import { ContactList } from './ContactList.tsx'
import { PeopleList } from './PeopleList.tsx'
import { enterRows, ROWS } from '../ui/rowKeys.ts'

interface PeopleSearchProps {
  openingId: string | null
  onChoose: (user: User) => void
  /** In a dialog the field has the focus at once. In a page Ctrl+K focuses it. */
  inDialog?: boolean
  /** Shows the contacts first, and gives each person a menu. */
  withContacts?: boolean
  /** A row above the people, while nothing is searched. */
  before?: ReactNode
}

/** Shows a search field and the people that it finds. */
export function PeopleSearch({
  openingId,
  onChoose,
  inDialog = false,
  withContacts = false,
  before,
}: PeopleSearchProps) {
  const [search, setSearch] = useState('')
  return (
    <div {...ROWS} className="flex min-h-0 grow flex-col">
      <div className="px-4 pb-2">
        <SearchField
          {...(inDialog ? { 'data-autofocus': true } : SEARCH_TARGET)}
          label={t`Search people`}
          placeholder={t`Name or username`}
          maxLength={LIMITS.searchMax}
          {...(!inDialog && { shortcut: t`Ctrl K` })}
          value={search}
          onValue={setSearch}
          onKeyDown={enterRows}
        />
      </div>
      <div className="scroll-pane flex flex-col">
        {search.trim() === '' && before}
        {withContacts ? (
          <Contacts search={search} openingId={openingId} onChoose={onChoose} />
        ) : (
          <PeopleList search={search} openingId={openingId} onChoose={onChoose} />
        )}
      </div>
    </div>
  )
}

function Contacts(props: { search: string; openingId: string | null; onChoose: (user: User) => void }) {
  const contacts = useContacts((state) => state.contacts)
  return (
    <>
      <ContactList {...props} />
      <h2 className="list-heading">{t`All people`}</h2>
      <PeopleList {...props} withMenu omit={(id) => id in contacts} />
    </>
  )
}
