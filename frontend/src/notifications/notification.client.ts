import type { ConversationId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { conversationInSight, pathOf } from '../conversations/conversation.path.ts'
import { holdRole, openChannel, type TabChannel } from '../lib/tabs.ts'

export type NotificationState = 'unsupported' | NotificationPermission

/** `unsupported` also where the page has no https: browsers allow notifications to nobody there. */
export function notificationState(): NotificationState {
  return globalThis.isSecureContext && 'Notification' in globalThis ? Notification.permission : 'unsupported'
}

/** Asks the person. Call it only after an action of theirs: browsers refuse otherwise, and people say no. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() === 'default') await Notification.requestPermission()
  return notificationState()
}

export interface Notice {
  conversationId: ConversationId
  title: string
  body: string
}

/** How long the other tabs have to say that they show the conversation. A hidden tab's timers may take a second. */
const ASK_MS = 150

type Said = { kind: 'who' | 'me'; id: string; conversationId: ConversationId }

/** Leads to an address of the page without loading it anew. */
let open = (path: string): void => location.assign(path)
export function onNotificationClick(opener: (path: string) => void): void {
  open = opener
}

export interface Notifier {
  /** Shows it unless another tab does, or somebody is looking at the conversation in any tab. */
  notify(notice: Notice): Promise<void>
  /** What a conversation's notification said has been read. */
  withdraw(id: ConversationId): void
  stop(): void
}

/** One notification however many tabs are open: the tab that holds the role shows it, and another takes over when it is closed. */
export function startNotifier(): Notifier {
  const shown = new Map<ConversationId, Notification>()
  const seen = new Set<string>()
  let isNotifier = false
  const giveUp = holdRole('parley.notifier', () => {
    isNotifier = true
  })
  const channel: TabChannel<Said> = openChannel<Said>('parley.inSight', (said) => {
    if (said.kind === 'me') seen.add(said.id)
    else if (conversationInSight() === said.conversationId) channel.tell({ ...said, kind: 'me' })
  })

  async function isInSight(conversationId: ConversationId): Promise<boolean> {
    if (conversationInSight() === conversationId) return true
    const id = newId()
    channel.tell({ kind: 'who', id, conversationId })
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

/** A newer one of the same conversation takes the place of the one before. */
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
    // Some browsers on phones have the permission, and allow it to service workers only.
    return null
  }
}
