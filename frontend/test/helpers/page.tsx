import { act, render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Conversation, Message, OwnUser } from 'backend/contract'
import { vi } from 'vitest'
import { App } from '../../src/app/App.tsx'
import { dismissToast, useToasts } from '../../src/ui/toast.store.ts'
import * as sessionApi from '../../src/accounts/session.api.ts'
import * as peopleApi from '../../src/people/people.api.ts'
import * as pictureApi from '../../src/pictures/picture.api.ts'
import * as conversationApi from '../../src/conversations/conversation.api.ts'
import * as messageApi from '../../src/timeline/message.api.ts'
import * as announcementApi from '../../src/announcements/announcement.api.ts'
import * as groupApi from '../../src/groups/group.api.ts'
import { ApiProblem, NO_CONNECTION } from '../../src/connection/problem.model.ts'
import { useSession } from '../../src/accounts/session.store.ts'
import { useConnection } from '../../src/connection/connection.store.ts'
import { useConversations } from '../../src/conversations/conversations.store.ts'
import { useDrafts } from '../../src/drafts/drafts.store.ts'
import { useMessages } from '../../src/timeline/messages.store.ts'
import { useUsers } from '../../src/people/people.store.ts'
import { useMaintenance } from '../../src/maintenance/maintenance.store.ts'
import { usePendingBroadcasts } from '../../src/announcements/pendingBroadcasts.store.ts'
import { usePresence } from '../../src/people/presence.store.ts'
import { ownUser, problem } from '../generators/index.ts'

/** The server's REST API, mocked in `setup.ts`: each request answers what the test tells it. */
export const server = vi.mocked({
  ...sessionApi,
  ...peopleApi,
  ...pictureApi,
  ...conversationApi,
  ...messageApi,
  ...announcementApi,
  ...groupApi,
})

interface World {
  user?: OwnUser | null
  conversations?: Conversation[]
  /** Other answers than the ordinary ones, set before the page asks. */
  answers?: () => void
}

/** Opens the page at a path, signed in or, with `user: null`, signed out. */
export function openPage(path: string, { user = ownUser(), conversations = [], answers }: World = {}) {
  resetStores()
  server.session.mockResolvedValue({ user, isRefreshable: user !== null })
  if (user) server.me.mockResolvedValue(user)
  server.listChats.mockResolvedValue({ items: conversations, nextCursor: null })
  server.listMessages.mockResolvedValue({ items: [], hasMore: false, rev: 0 })
  server.registration.mockResolvedValue({ mode: 'open', domains: [], isInviteValid: null, firstAccount: null })
  server.ownLedgerRows.mockResolvedValue({ items: [] })
  server.pendingBroadcasts.mockResolvedValue({ items: [] })
  server.searchUsers.mockResolvedValue({ items: [], nextCursor: null })
  answers?.()
  history.pushState(null, '', path)
  return { user, keyboard: userEvent.setup(), ...render(<App />) }
}

/** Delivers the event that the server sends for a new message. */
export function arrive(message: Message): void {
  act(() => useConversations.getState().receive(message))
}

export const refusal = (given: Parameters<typeof problem>[0]): ApiProblem => new ApiProblem(problem(given))

export const offline = (): ApiProblem => new ApiProblem(NO_CONNECTION)

function resetStores(): void {
  useSession.setState(useSession.getInitialState(), true)
  useConnection.setState({ state: 'online' })
  useConversations.setState(useConversations.getInitialState(), true)
  useDrafts.setState({ drafts: {} })
  useMessages.setState(useMessages.getInitialState(), true)
  useUsers.setState(useUsers.getInitialState(), true)
  usePendingBroadcasts.getState().forget()
  useMaintenance.setState(useMaintenance.getInitialState(), true)
  usePresence.setState(usePresence.getInitialState(), true)
  for (const { id } of useToasts.getState().toasts) dismissToast(id)
}

/** What a screen reader says of a field besides its name. */
export function described(element: HTMLElement): string | null {
  const note = element.getAttribute('aria-describedby')
  return note === null ? null : (document.getElementById(note)?.textContent ?? null)
}

/** Finds a sentence of the page that holds isolated names: its text is in several elements. */
export const sentence =
  (text: string) =>
  (_: string, element: Element | null): boolean =>
    element?.tagName === 'SPAN' && element.textContent === text
