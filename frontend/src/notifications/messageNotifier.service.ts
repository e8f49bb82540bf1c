import { t } from '@lingui/core/macro'
import { ANNOUNCEMENTS_ID, type Message, type PendingBroadcast, type UserId } from 'backend/contract'
import { getUser } from '../people/people.api.ts'
import { summaryOf } from '../uploads/file.format.ts'
import { shortened, startNotifier, type Notifier } from './notification.client.ts'
import { isolate } from '../lib/isolate.ts'
import { plainText } from '../lib/plainText.ts'
import { useSession } from '../accounts/session.store.ts'
import { hasRead } from '../conversations/conversation.model.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { useUsers } from '../people/people.store.ts'
import { nameOfUser } from '../people/userName.format.ts'

let notifier: Notifier | null = null

/** Lets this tab show notifications. Returns a function that ends it. */
export function beginNotifying(): () => void {
  const own = startNotifier()
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
  const own = notifier
  if (
    !own ||
    !message ||
    message.hidden ||
    message.deletedAt !== null ||
    !concerns(message) ||
    message.senderId === useSession.getState().user?.id
  )
    return
  const { conversationId, senderId, seq } = message
  void titleOf(message, senderId).then((name) => {
    // The user may have read the message while the name was requested.
    if (isRead(message)) return
    const { group } = useConversations.getState().byId[conversationId] ?? {}
    void own.notify({ conversationId, key: seq, title: group?.name ?? name, body: bodyOf(message, name) })
  })
}

/** Lets the notification of a message follow an edit, a deletion or an end of an announcement. */
export function correct(message: Message): void {
  const own = notifier
  const { conversationId, seq, senderId } = message
  if (!own || message.event) return
  if (message.hidden || message.deletedAt !== null) {
    own.remove({ conversationId, key: seq })
    return
  }
  void titleOf(message, senderId).then((name) => own.revise({ conversationId, key: seq, body: bodyOf(message, name) }))
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
  const body = isolate(shortened(summaryOf(attachments, plainText(text))))
  void notifier?.notify({
    conversationId: ANNOUNCEMENTS_ID,
    key: id,
    title: title === '' ? t`Reminder` : t`Reminder: ${subject}`,
    body,
  })
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
