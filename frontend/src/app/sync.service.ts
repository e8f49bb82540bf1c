import { ANNOUNCEMENTS_ID, type Conversation, type ConversationId, type SyncPage } from 'backend/contract'
import { ApiProblem, asProblem } from '../connection/problem.model.ts'
import { request, socket } from '../connection/socket.client.ts'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { leaveConversation } from '../timeline/leaveConversation.action.ts'
import { reloadUsers } from '../people/people.store.ts'
import { storeUser } from './storeUser.action.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { correct, correctMissed, notify, withdrawNotification } from '../notifications/messageNotifier.service.ts'

const RETRY_MS = 2000

/** The place in the server's order of the last complete sync, ISO 8601; null before the first. It is in memory only: a reload starts with the lists. */
let until: string | null = null
/** The number of the last change of a user that the page knows; null before the first sync. */
let usersRev: number | null = null
/** Number of the current sync. Answers to an older one are dropped. */
let current = 0

/** Asks for the changes since the last connection. The first call reads the whole list. */
export async function sync(): Promise<void> {
  current += 1
  const mine = current
  const isCurrent = () => mine === current
  try {
    const reached = await takeAll(isCurrent)
    if (isCurrent()) until = reached
  } catch (error) {
    const { retryAfter } = asProblem(error)
    // When there is no connection, the next connection starts a sync itself.
    setTimeout(
      () => {
        if (isCurrent() && socket.connected) void sync()
      },
      retryAfter === undefined ? RETRY_MS : retryAfter * 1000,
    )
  }
}

/** Forgets the place of the last sync, at the end of a session. A running sync stores nothing more. */
export function forgetSync(): void {
  current += 1
  until = null
  usersRev = null
}

/** Reads all pages of a sync, and the lists the first time. @throws ApiProblem also when the list could not be read */
async function takeAll(isCurrent: () => boolean): Promise<string> {
  const since = until
  const held = useMessages.getState().held()
  let page = await request('sync', { since, held, usersRev })
  if (isCurrent()) {
    takeUsers(page)
    await takeIn(page, since, held)
  }
  while (page.nextCursor !== null && isCurrent()) {
    page = await request('sync', { since, held, cursor: page.nextCursor })
    if (isCurrent()) await takeIn(page, since, held)
  }
  if (since === null && isCurrent()) {
    await readLists()
    // Those of before a reload.
    await correctMissed()
  }
  return page.until
}

/** Takes the changes of users, which are on the first page only. */
function takeUsers({ users, reloadUsers: isReload, usersRev: rev }: SyncPage): void {
  users.forEach(storeUser)
  if (isReload) reloadUsers()
  usersRev = rev
}

async function takeIn(page: SyncPage, since: string | null, held: Record<ConversationId, number>): Promise<void> {
  for (const conversationId of page.left) {
    leaveConversation({ conversationId, reason: 'removed' })
    // The list may not have the conversation of a notification that was shown before a reload.
    withdrawNotification(conversationId)
  }
  const before = useConversations.getState().byId
  useConversations.getState().take(page.conversations)
  useMessages.getState().takeSync(page, held)
  for (const message of page.messages) correct(message)
  if (since === null) return
  for (const conversation of page.conversations)
    if (hasNews(conversation, before[conversation.id], since)) notify(conversation.lastMessage)
  // The changes of the conversations whose messages the page holds came with the sync.
  const others = page.conversations.flatMap(({ id }) => (id in held && !page.reload.includes(id) ? [] : id))
  if (others.length > 0) await correctMissed(new Set(others))
}

/** Returns whether a message came while there was no connection; it gets a notification too. */
function hasNews(conversation: Conversation, before: Conversation | undefined, since: string): boolean {
  const { lastSeq, lastMessage } = conversation
  if (!lastMessage || lastMessage.deletedAt !== null || hasRead(conversation, lastMessage.seq)) return false
  return before ? lastSeq > before.lastSeq : conversation.lastActivityAt > since
}

/** Reads the lists again: a change between an earlier REST answer and this connection would be missing. */
async function readLists(): Promise<void> {
  const { load, loadUnread, refresh } = useConversations.getState()
  const { timelines, catchUp } = useMessages.getState()
  catchUp()
  await load()
  const { problem } = useConversations.getState()
  if (problem) throw new ApiProblem(problem)
  await loadUnread()
  // Open conversations and the announcements, whose badge is always visible, may be beyond the first page of the list.
  await refresh([...new Set([ANNOUNCEMENTS_ID, ...Object.keys(timelines)])])
}
