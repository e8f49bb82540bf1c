import { Trans } from '@lingui/react/macro'
import { SearchX } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { problemText } from '../lib/problemText.ts'
import { useSession } from '../accounts/session.store.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { usePeopleSearch } from '../people/people.store.ts'
import { Spinner } from '../ui/Spinner.tsx'
import { EmptyState, ErrorLine } from '../ui/States.tsx'
import { ConversationRow } from './ConversationRow.tsx'
import { matches } from '../lib/nameMatch.ts'
import { titleOf } from '../conversations/conversationName.format.ts'
import { MorePeople, UserRow } from '../people/PeopleList.tsx'
import { useOpenDirect } from '../conversations/useOpenDirect.ts'

interface SearchResultsProps {
  search: string
  selectedId: string | undefined
  /** Called when a result was opened. */
  onDone: () => void
}

/** Shows the conversations that match a search, and the users without a conversation as soon as the server has found them. */
export function SearchResults({ search, selectedId, onDone }: SearchResultsProps) {
  const ownId = useSession((state) => state.user?.id)
  const conversations = useConversations(
    useShallow((state) =>
      state.order
        .flatMap((id) => state.byId[id] ?? [])
        .filter((conversation) => matches(search, titleOf(conversation, ownId), conversation.peer?.username ?? '')),
    ),
  )
  const found = usePeopleSearch(search)
  const { open, openingId } = useOpenDirect(onDone)
  const listed = new Set(conversations.map(({ peer }) => peer?.id))
  const wanted = search.trim()
  const reason = found.problem ? problemText(found.problem) : ''
  const people = found.people.filter(({ id }) => !listed.has(id))

  if (conversations.length === 0 && people.length === 0 && found.status === 'ready') {
    return (
      <EmptyState
        icon={SearchX}
        live
        title={
          <Trans>
            Nothing found for “<bdi>{wanted}</bdi>”
          </Trans>
        }
      >
        <Trans>The search looks in names and usernames.</Trans>
      </EmptyState>
    )
  }
  return (
    <>
      {conversations.length > 0 && (
        <section aria-labelledby="found-chats">
          <h3 id="found-chats" className="list-heading">
            <Trans>Chats</Trans>
          </h3>
          <ul>
            {conversations.map((conversation) => (
              <li key={conversation.id}>
                <ConversationRow
                  conversation={conversation}
                  selected={conversation.id === selectedId}
                  tabStop
                  onOpen={onDone}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="found-people">
        <h3 id="found-people" className="list-heading flex items-center gap-2">
          <Trans>People</Trans> {found.status === 'loading' && <Spinner size={14} />}
        </h3>
        <ul>
          {people.map((user) => (
            <li key={user.id}>
              <UserRow user={user} own={user.id === ownId} opening={user.id === openingId} onChoose={open} />
            </li>
          ))}
        </ul>
        {found.status === 'ready' && people.length === 0 && (
          <p className="px-4 py-1 text-sec text-muted">
            <Trans>No other people found.</Trans>
          </p>
        )}
        {found.status === 'error' && (
          <ErrorLine className="px-4 py-1" onRetry={found.retry}>
            <Trans>Could not search. {reason}</Trans>
          </ErrorLine>
        )}
        <MorePeople found={found} />
      </section>
    </>
  )
}
