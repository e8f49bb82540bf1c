import { ANNOUNCEMENTS_ID, type Conversation, type ConversationId, type SyncPage } from 'backend/contract'
import { ApiProblem, asProblem } from '../connection/problem.model.ts'
import { request, socket } from '../connection/socket.client.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { leaveConversation } from '../timeline/leaveConversation.action.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { notify } from '../notifications/messageNotifier.service.ts'

const RETRY_MS = 2000

/** Of the last sync that was taken in to its end; null before the first. In memory: a reload begins with the lists. */
let until: string | null = null
/** A newer connection begins anew; what an older one still brings does not count. */
let current = 0

/** Asks what changed since the last connection, which costs what changed. The first time it reads the list. */
export async function sync(): Promise<void> {
  current += 1
  const mine = current
  const isCurrent = () => mine === current
  try {
    const reached = await takeAll(isCurrent)
    if (isCurrent()) until = reached
  } catch (error) {
    const { retryAfter } = asProblem(error)
    // Without a connection the next one begins with it.
    setTimeout(
      () => {
        if (isCurrent() && socket.connected) void sync()
      },
      retryAfter === undefined ? RETRY_MS : retryAfter * 1000,
    )
  }
}

export function forgetSync(): void {
  current += 1
  until = null
}

/** @throws ApiProblem also when the list could not be read: the first sync is at its end with it */
async function takeAll(isCurrent: () => boolean): Promise<string> {
  const since = until
  const held = useMessages.getState().held()
  let page = await request('sync', { since, held })
  if (isCurrent()) takeIn(page, since, held)
  while (page.nextCursor !== null && isCurrent()) {
    page = await request('sync', { since, held, cursor: page.nextCursor })
    if (isCurrent()) takeIn(page, since, held)
  }
  if (since === null && isCurrent()) await readLists()
  return page.until
}

function takeIn(page: SyncPage, since: string | null, held: Record<ConversationId, number>): void {
  for (const conversationId of page.left) leaveConversation({ conversationId, reason: 'removed' })
  const before = useConversations.getState().byId
  useConversations.getState().take(page.conversations)
  useMessages.getState().takeSync(page, held)
  if (since === null) return
  for (const conversation of page.conversations)
    if (hasNews(conversation, before[conversation.id], since)) notify(conversation.lastMessage)
}

/** What came while there was no connection is worth a notification too. */
function hasNews(
  { lastSeq, readSeq, lastMessage }: Conversation,
  before: Conversation | undefined,
  since: string,
): boolean {
  if (!lastMessage || lastSeq <= readSeq) return false
  return before ? lastSeq > before.lastSeq : lastMessage.createdAt > since
}

/** What was read by REST before this connection may have missed a change in between. */
async function readLists(): Promise<void> {
  const { load, loadUnread, refresh } = useConversations.getState()
  const { timelines, catchUp } = useMessages.getState()
  catchUp()
  await load()
  const { problem } = useConversations.getState()
  if (problem) throw new ApiProblem(problem)
  await loadUnread()
  // Those that are open may be far down in the list, and so may the announcements, whose badge is always in sight.
  await refresh([...new Set([ANNOUNCEMENTS_ID, ...Object.keys(timelines)])])
}
