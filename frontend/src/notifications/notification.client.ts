import { t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { newId } from '../lib/newId.ts'
import { conversationInSight } from '../conversations/conversation.path.ts'
import { holdRole, openChannel, type TabChannel } from '../lib/tabs.ts'
import { closeShown, display, notificationState } from './notification.display.ts'

/** What a notification tells of one message. */
export interface Notice {
  conversationId: ConversationId
  /** The message's place, or the id of a reminder. */
  key: number | string
  title: string
  /** Short: see `shortened`. */
  body: string
}

/** How long this tab waits for another tab that shows the conversation. The timers of a hidden tab can take a second. */
const ASK_MS = 150
/** The messages of a conversation whose notices are kept, to show an earlier one when the last is deleted. */
const KEPT_MAX = 50

/** The question whether another tab shows the conversation, and the answer that it does. */
type InSightMessage = { kind: 'question' | 'answer'; id: string; conversationId: ConversationId }

export interface Notifier {
  /** Shows the notice, unless another tab is the notifier or the user sees the conversation in any tab. */
  notify(notice: Notice): Promise<void>
  /** Corrects the words of a notice that was shown, without a sound. */
  revise(notice: Pick<Notice, 'conversationId' | 'key' | 'body'>): void
  /** Takes back the notice of a message that is gone. The one before it is shown again. */
  remove(notice: Pick<Notice, 'conversationId' | 'key'>): void
  /** Closes the notification of a conversation that was read or left. */
  withdraw(id: ConversationId): void
  stop(): void
}

/** Shows each notification once, however many tabs are open: only the tab with the role does. When it closes, another tab gets the role. */
export function startNotifier(): Notifier {
  const shown = new Map<ConversationId, Notice[]>()
  /** Of each conversation, including those whose notices are no longer kept. */
  const counts = new Map<ConversationId, number>()
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

  /** Shows the newest notice of a conversation and how many there are. */
  function show(conversationId: ConversationId, alerts: boolean): Promise<void> {
    const newest = shown.get(conversationId)?.at(-1)
    if (!newest) return closeShown(conversationId)
    const { title, body } = newest
    const count = counts.get(conversationId) ?? 1
    return display({ conversationId, title: count > 1 ? t`${title} (${count})` : title, body, alerts })
  }

  function withdraw(id: ConversationId): void {
    shown.delete(id)
    counts.delete(id)
    if (isNotifier) void closeShown(id)
  }

  return {
    async notify(notice) {
      const { conversationId, key } = notice
      if (!isNotifier || notificationState() !== 'granted' || (await isInSight(conversationId)) || !isNotifier) return
      const notices = (shown.get(conversationId) ?? []).filter((each) => each.key !== key)
      shown.set(conversationId, [...notices, notice].slice(-KEPT_MAX))
      counts.set(conversationId, (counts.get(conversationId) ?? 0) + 1)
      await show(conversationId, true)
    },

    revise({ conversationId, key, body }) {
      const notices = shown.get(conversationId) ?? []
      const notice = notices.find((each) => each.key === key)
      if (!notice || notice.body === body) return
      notice.body = body
      if (notice === notices.at(-1)) void show(conversationId, false)
    },

    remove({ conversationId, key }) {
      const notices = shown.get(conversationId) ?? []
      const left = notices.filter((each) => each.key !== key)
      if (left.length === notices.length) return
      shown.set(conversationId, left)
      counts.set(conversationId, (counts.get(conversationId) ?? 1) - 1)
      if (left.length === 0) withdraw(conversationId)
      else void show(conversationId, false)
    },

    withdraw,

    stop() {
      if (isNotifier) void closeShown()
      isNotifier = false
      giveUp()
      channel.close()
      shown.clear()
      counts.clear()
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
