import { act, render } from '@testing-library/react'
import type { Conversation, Message, OwnUser } from 'backend/contract'
import type { ReactNode } from 'react'
import { MemoryRouter, Route, Routes } from 'react-router'
import type { StoreApi } from 'zustand'
import { ChatPane } from '../../src/chat/ChatPane.tsx'
import { EMPTY_TIMELINE, type Timeline } from '../../src/timeline/timeline.model.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { useConnection } from '../../src/connection/connection.store.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { message, ownUser } from '../generators/index.ts'

/** Resets every store to the start of the page, and signs a user in. */
export function signIn(given: Partial<OwnUser> = {}): OwnUser {
  reset(useConversations)
  reset(useMessages)
  reset(useUsers)
  reset(usePresence)
  reset(useDrafts)
  reset(useConnection)
  usePendingBroadcasts.getState().forget()
  localStorage.clear()
  const user = ownUser(given)
  useSession.setState({ status: 'signedIn', user })
  useUsers.getState().put([user])
  useConnection.setState({ state: 'online' })
  return user
}

function reset<T>(store: StoreApi<T>): void {
  store.setState(store.getInitialState(), true)
}

/** Puts a conversation and its loaded messages into the stores. */
export function hold(conversation: Conversation, messages: Message[], more: Partial<Timeline> = {}): void {
  useConversations.setState((state) => ({ status: 'ready', byId: { ...state.byId, [conversation.id]: conversation } }))
  useMessages.setState((state) => ({
    timelines: {
      ...state.timelines,
      [conversation.id]: { ...EMPTY_TIMELINE, status: 'ready', messages, rev: messages.at(-1)?.rev ?? 0, ...more },
    },
  }))
  if (conversation.peer) useUsers.getState().put([conversation.peer])
}

/** Messages 1 to `count` by one author, a minute apart. */
export function run(conversationId: string, senderId: string, count: number, from = 1): Message[] {
  return Array.from({ length: count }, (_, index) =>
    message({
      conversationId,
      senderId,
      seq: from + index,
      text: `Message ${from + index}`,
      createdAt: new Date(Date.parse('2026-11-20T09:00:00Z') + (from + index) * 60_000).toISOString(),
    }),
  )
}

/** Delivers the event that the server sends for a new message. */
export function arrive(incoming: Message): void {
  act(() => {
    useMessages.getState().receive(incoming)
    useConversations.getState().receive(incoming)
  })
}

/** The pane of a conversation, with its virtual rows measured. */
export async function openPane(conversationId: string) {
  const view = render(
    <MemoryRouter>
      <ChatPane conversationId={conversationId} />
    </MemoryRouter>,
  )
  await settle()
  return view
}

/** A page at its address; leading elsewhere shows "Elsewhere". */
export function renderAt(path: string, element: ReactNode) {
  return render(
    <MemoryRouter initialEntries={[path]}>
      <Routes>
        <Route path={path} element={element} />
        <Route path="*" element={<p>Elsewhere</p>} />
      </Routes>
    </MemoryRouter>,
  )
}

/** Lets the measuring of rows, which happens in microtasks, come to its end. */
export async function settle(): Promise<void> {
  await act(async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  })
}
