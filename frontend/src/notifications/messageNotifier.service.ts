import { t } from '@lingui/core/macro'
import {
  ANNOUNCEMENTS_ID,
  type ConversationId,
  type Message,
  type PendingBroadcast,
  type UserId,
} from 'backend/contract'
import { getUser } from '../people/people.api.ts'
import { summaryOf } from '../uploads/file.format.ts'
import { shortened, startNotifier, type Notifier } from './notification.client.ts'
import { isolate } from '../lib/isolate.ts'
import { plainText } from '../lib/plainText.ts'
import { useSession } from '../accounts/session.store.ts'
import { asProblem } from '../connection/problem.model.ts'
import { socket } from '../connection/socket.client.ts'
import { getChat } from '../conversations/conversation.api.ts'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { useUsers } from '../people/people.store.ts'
import { nameOfUser } from '../people/userName.format.ts'
import { changesSince } from '../timeline/catchUp.service.ts'
import type { OpenNotification } from './notification.registry.ts'

let notifier: Notifier | null = null

/** Lets this tab show notifications of a user. Returns a function that ends it. */
export function beginNotifying(userId: UserId): () => void {
  const own = startNotifier(userId, () => {
    // The tab that had the role before may have missed something. Without a connection the next sync asks.
    if (socket.connected) void correctMissed().catch(() => {})
  })
  notifier = own
  const unsubscribe = useConversations.subscribe(({ byId }, before) => {
    if (byId === before.byId) return
    // A group that the user left, or was removed from.
    for (const id of Object.keys(before.byId)) if (!byId[id]) own.withdraw(id)
    for (const [id, { unreadCount, lastMessage }] of Object.entries(byId)) {
      if (lastMessage && lastMessage !== before.byId[id]?.lastMessage) correct(lastMessage)
      if (unreadCount === 0 && (before.byId[id]?.unreadCount ?? 0) > 0) own.withdraw(id)
    }
  })
  return () => {
    unsubscribe()
    own.stop()
    if (notifier === own) notifier = null
  }
}

/** Notifies of a new message from another user. */
export function notify(message: Message | null): void {
  if (
    !message ||
    message.hidden ||
    message.deletedAt !== null ||
    !concerns(message) ||
    message.senderId === useSession.getState().user?.id
  )
    return
  const { conversationId, senderId, seq, rev } = message
  const notice = titleOf(message, senderId).then((name) => {
    // The user may have read the message while the name was requested.
    if (isRead(message)) return null
    const { group } = useConversations.getState().byId[conversationId] ?? {}
    return { key: seq, rev, title: group?.name ?? name, body: bodyOf(message, name) }
  })
  void notifier?.notify(conversationId, notice)
}

/** Lets the notification of a message follow an edit, a deletion or an end of an announcement. */
export function correct(message: Message): void {
  const { conversationId, seq, rev, senderId, hidden, deletedAt } = message
  if (message.event) return
  void notifier?.correct(conversationId, seq, async () => {
    if (hidden || deletedAt !== null) return null
    const name = await titleOf(message, senderId)
    const body = bodyOf(message, name)
    return conversationId === ANNOUNCEMENTS_ID ? { rev, body, title: name } : { rev, body }
  })
}

/** Closes the notification of a conversation that the user is no longer in. */
export function withdrawNotification(id: ConversationId): void {
  notifier?.withdraw(id)
}

/**
 * Brings the open notifications up to date with what this page has not been told, such as those of before a reload.
 * @param ids the conversations that changed; all when absent
 * @throws ApiProblem when the server could not be asked
 */
export async function correctMissed(ids?: ReadonlySet<ConversationId>): Promise<void> {
  const open = (await notifier?.open()) ?? []
  await Promise.all(
    open.filter(({ conversationId }) => ids?.has(conversationId) ?? true).map((each) => correctMissedOf(each)),
  )
}

async function correctMissedOf({ userId, conversationId, notices }: OpenNotification): Promise<void> {
  const messages = notices.filter(({ key }) => typeof key === 'number')
  const isCurrent = (): boolean => useSession.getState().user?.id === userId
  try {
    const [conversation, changes] = await Promise.all([
      getChat(conversationId),
      messages.length > 0 ? changesSince(conversationId, Math.min(...messages.map(({ rev }) => rev))) : { items: [] },
    ])
    if (!isCurrent()) return
    useConversations.getState().take([conversation])
    // So many changes are not worth asking for. The page counts the unread messages anyway.
    if (changes === null || conversation.unreadCount === 0) withdrawNotification(conversationId)
    else changes.items.forEach(correct)
    for (const { key } of messages)
      if (typeof key === 'number' && hasRead(conversation, key)) void notifier?.correct(conversationId, key, gone)
  } catch (error) {
    const { status } = asProblem(error)
    if (!isCurrent()) return
    if (status !== 404 && status !== 403) throw error
    withdrawNotification(conversationId)
  }
}

const gone = async (): Promise<null> => null

/** Takes back the reminders of announcements that no longer wait for the user. @param waiting the ids of those that do */
export async function keepReminders(waiting: ReadonlySet<string>): Promise<void> {
  for (const { conversationId, notices } of (await notifier?.open()) ?? [])
    for (const { key } of notices)
      if (typeof key === 'string' && !waiting.has(key)) void notifier?.correct(conversationId, key, gone)
}

/** @param name of the sender */
function bodyOf({ conversationId, text, attachments, event }: Message, name: string): string {
  if (event) return t`You were added to the group.`
  const said = isolate(shortened(summaryOf(attachments, conversationId === ANNOUNCEMENTS_ID ? plainText(text) : text)))
  const author = isolate(name)
  return useConversations.getState().byId[conversationId]?.group ? t`${author}: ${said}` : said
}

/** Notifies of an announcement that an admin reminds the user of. */
export function notifyOfReminder({ id, title, text, attachments }: PendingBroadcast): void {
  const subject = isolate(title)
  const notice = {
    key: id,
    rev: 0,
    title: title === '' ? t`Reminder` : t`Reminder: ${subject}`,
    body: isolate(shortened(summaryOf(attachments, plainText(text)))),
  }
  void notifier?.notify(ANNOUNCEMENTS_ID, Promise.resolve(notice))
}

/** Returns whether a message deserves a notification. Of the changes of a group, only being added to it does. */
function concerns({ event }: Message): boolean {
  const ownId = useSession.getState().user?.id
  return event === null || (event.kind === 'added' && ownId !== undefined && event.userIds.includes(ownId))
}

function isRead({ conversationId, seq }: Message): boolean {
  const conversation = useConversations.getState().byId[conversationId]
  return conversation !== undefined && hasRead(conversation, seq)
}

async function titleOf({ conversationId, title, broadcast }: Message, senderId: UserId): Promise<string> {
  if (conversationId === ANNOUNCEMENTS_ID) {
    const plain = title ?? t`Announcements`
    const subject = isolate(plain)
    return broadcast?.priority === 'urgent' ? t`Urgent: ${subject}` : plain
  }
  const known = useUsers.getState().byId[senderId]
  if (known) return nameOfUser(known)
  return getUser(senderId).then(nameOfUser, () => t`New message`)
}
