import type { ConversationId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { conversationInSight, pathOf } from '../conversations/conversation.path.ts'
import { holdRole, openChannel, type TabChannel } from '../lib/tabs.ts'

export type NotificationState = 'unsupported' | NotificationPermission

/** Returns `unsupported` also for a page without https, because browsers allow no notifications there. */
export function notificationState(): NotificationState {
  return globalThis.isSecureContext && 'Notification' in globalThis ? Notification.permission : 'unsupported'
}

/** Asks the user for the permission. Call it only after a press of the user; browsers refuse it at other times. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'default') await Notification.requestPermission()
  return notificationState()
}

export interface Notice {
  conversationId: ConversationId
  title: string
  /** Short: see `shortened`. */
  body: string
}

/** How long this tab waits for another tab that shows the conversation. The timers of a hidden tab can take a second. */
const ASK_MS = 150

/** The question whether another tab shows the conversation, and the answer that it does. */
type InSightMessage = { kind: 'question' | 'answer'; id: string; conversationId: ConversationId }

/** Opens a path of the page without loading the page again. */
let open = (path: string): void => location.assign(path)
/** Sets the handler that opens a path of the page. */
export function onNotificationClick(opener: (path: string) => void): void {
  open = opener
}

export interface Notifier {
  /** Shows the notice, unless another tab is the notifier or the user sees the conversation in any tab. */
  notify(notice: Notice): Promise<void>
  /** Closes the notification of a conversation that was read. */
  withdraw(id: ConversationId): void
  stop(): void
}

/** Shows each notification once, however many tabs are open: only the tab with the role does. When it closes, another tab gets the role. */
export function startNotifier(): Notifier {
  const shown = new Map<ConversationId, Notification>()
  const seen = new Set<string>()
  let isNotifier = false
  const giveUp = holdRole('parley.notifier', () => {
    isNotifier = true
  })
  const channel: TabChannel<InSightMessage> = openChannel<InSightMessage>('parley.inSight', (message) => {
    if (message.kind === 'answer') seen.add(message.id)
    else if (conversationInSight() === message.conversationId) channel.tell({ ...message, kind: 'answer' })
  })

  async function isInSight(conversationId: ConversationId): Promise<boolean> {
    if (conversationInSight() === conversationId) return true
    const id = newId()
    channel.tell({ kind: 'question', id, conversationId })
    await new Promise((resolve) => setTimeout(resolve, ASK_MS))
    return seen.delete(id)
  }

  return {
    async notify(notice) {
      if (!isNotifier || notificationState() !== 'granted' || (await isInSight(notice.conversationId)) || !isNotifier)
        return
      const notification = show(notice)
      if (notification) shown.set(notice.conversationId, notification)
    },

    withdraw(id) {
      shown.get(id)?.close()
      shown.delete(id)
    },

    stop() {
      isNotifier = false
      giveUp()
      channel.close()
      for (const notification of shown.values()) notification.close()
      shown.clear()
    },
  }
}

/** The most characters of a notification. A system shows a few lines, and takes long for very many. */
const BODY_MAX = 300

/** Returns the beginning of a text without empty lines, for the body of a notice. */
export function shortened(body: string): string {
  return body
    .slice(0, 2 * BODY_MAX)
    .replaceAll(/\s*\n\s*/gu, '\n')
    .slice(0, BODY_MAX)
    .replace(/\p{Surrogate}$/u, '')
}

/** Shows a notification. It replaces the earlier one of the same conversation. */
function show({ conversationId, title, body }: Notice): Notification | null {
  try {
    const notification = new Notification(title, { body, tag: conversationId, icon: '/icon-192.png' })
    notification.addEventListener('click', () => {
      window.focus()
      open(pathOf(conversationId))
      notification.close()
    })
    return notification
  } catch {
    // Some browsers on phones give the permission but allow notifications to service workers only.
    return null
  }
}
