import { t } from '@lingui/core/macro'
import type { ConversationId, UserId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { conversationInSight, pathOf } from '../conversations/conversation.path.ts'
import { holdRole, openChannel, type TabChannel } from '../lib/tabs.ts'
import { display, notificationState } from './notification.display.ts'
import {
  closeNotifications,
  closeOtherNotifications,
  openNotifications,
  type Notice,
  type OpenNotification,
} from './notification.registry.ts'

/** How long this tab waits for another tab that shows the conversation. The timers of a hidden tab can take a second. */
const ASK_MS = 150
/** The messages of a conversation whose notices are kept, to show an earlier one when the last is deleted. */
const KEPT_MAX = 50

/** The question whether another tab shows the conversation, and the answer that it does. */
type InSightMessage = { kind: 'question' | 'answer'; id: string; conversationId: ConversationId }

/** What happened to the message of a notice: its new words, or null when it is gone. Without a title, the old one stays. */
export type Correction = (Pick<Notice, 'rev' | 'body'> & { title?: string }) | null

export interface Notifier {
  /**
   * Shows a notice, unless another tab is the notifier or the user sees the conversation in any tab.
   * @param notice resolves to null when there is nothing to tell after all
   */
  notify(conversationId: ConversationId, notice: Promise<Notice | null>): Promise<void>
  /**
   * Corrects a notice that was shown, without a sound. When its message is gone, the one before it is shown again. The
   * notice may have been shown by another tab, or before a reload.
   */
  correct(conversationId: ConversationId, key: Notice['key'], correction: () => Promise<Correction>): Promise<void>
  /** Closes the notification of a conversation that was read or left. */
  withdraw(conversationId: ConversationId): void
  /** Returns the open notifications of the user, or none when another tab looks after them. */
  open(): Promise<OpenNotification[]>
  /** Closes all notifications of the user. */
  stop(): void
}

/**
 * Shows each notification of a user once, however many tabs are open: only the tab with the role does. When it closes,
 * another tab gets the role.
 * @param begun called when this tab gets the role
 */
export function startNotifier(userId: UserId, begun: () => void): Notifier {
  /** The last work on the notification of each conversation. Each waits for the one before it. */
  const turns = new Map<ConversationId, Promise<void>>()
  /** The conversations that may have a notification: asking the system for each message would take long. Null: not known. */
  let hints: Set<ConversationId> | null = null
  const seen = new Set<string>()
  let isNotifier = false
  const giveUp = holdRole(`parley.notifier.${userId}`, () => {
    isNotifier = true
    void openNotifications(userId).then((open) => {
      hints = new Set(open.map(({ conversationId }) => conversationId))
    })
    begun()
  })
  const channel: TabChannel<InSightMessage> = openChannel<InSightMessage>('parley.inSight', (message) => {
    if (message.kind === 'answer') seen.add(message.id)
    else if (conversationInSight() === message.conversationId) channel.tell({ ...message, kind: 'answer' })
  })
  // Of a user whose session ended while no page was open, and of the one who was signed in before.
  void closeOtherNotifications(userId)

  async function isInSight(conversationId: ConversationId): Promise<boolean> {
    if (conversationInSight() === conversationId) return true
    const id = newId()
    channel.tell({ kind: 'question', id, conversationId })
    await new Promise((resolve) => setTimeout(resolve, ASK_MS))
    return seen.delete(id)
  }

  const mayBeOpen = (id: ConversationId): boolean => isNotifier && (hints === null || hints.has(id) || turns.has(id))

  /** Runs work on the notification of a conversation after all earlier work on it. */
  function inTurn(id: ConversationId, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(id) ?? Promise.resolve()).then(async () => {
      if (isNotifier) await work().catch(() => {})
    })
    turns.set(id, turn)
    void turn.then(() => turns.get(id) === turn && turns.delete(id))
    return turn
  }

  async function openOf(id: ConversationId): Promise<OpenNotification | undefined> {
    const [open] = await openNotifications(userId, id)
    if (!open) hints?.delete(id)
    return open
  }

  /** Shows the newest notice and how many there are. */
  function show(conversationId: ConversationId, notices: Notice[], count: number, alerts: boolean): Promise<void> {
    const title = notices.at(-1)?.title ?? ''
    const shown = { userId, conversationId, path: pathOf(conversationId), notices, count }
    return display(shown, count > 1 ? t`${title} (${count})` : title, alerts)
  }

  return {
    async notify(conversationId, given) {
      // One that failed may have failed for a passing reason.
      if (!isNotifier || !['granted', 'failed'].includes(notificationState())) return
      hints?.add(conversationId)
      // Both may take long, and must not keep other messages of the conversation waiting.
      const about = Promise.all([given, isInSight(conversationId)])
      await inTurn(conversationId, async () => {
        const [notice, inSight] = await about
        if (!notice || inSight || !isNotifier) return
        const open = await openOf(conversationId)
        hints?.add(conversationId)
        const others = (open?.notices ?? []).filter(({ key }) => key !== notice.key)
        await show(conversationId, [...others, notice].slice(-KEPT_MAX), (open?.count ?? 0) + 1, true)
      })
    },

    async correct(conversationId, key, correction) {
      if (!mayBeOpen(conversationId)) return
      await inTurn(conversationId, async () => {
        const open = await openOf(conversationId)
        const notice = open?.notices.find((each) => each.key === key)
        if (!open || !notice) return
        const correct = await correction()
        if (correct === null) {
          const left = open.notices.filter((each) => each !== notice)
          if (left.length === 0) await closeNotifications(userId, conversationId)
          else await show(conversationId, left, open.count - 1, false)
          return
        }
        const next = { ...notice, ...correct }
        if (next.body === notice.body && next.title === notice.title) return
        const notices = open.notices.map((each) => (each === notice ? next : each))
        await show(conversationId, notices, open.count, false)
      })
    },

    withdraw(conversationId) {
      if (!mayBeOpen(conversationId)) return
      void inTurn(conversationId, async () => {
        hints?.delete(conversationId)
        await closeNotifications(userId, conversationId)
      })
    },

    open: async () => (isNotifier ? openNotifications(userId) : []),

    stop() {
      void Promise.allSettled(turns.values()).then(() => closeNotifications(userId))
      void closeNotifications(userId)
      isNotifier = false
      giveUp()
      channel.close()
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
