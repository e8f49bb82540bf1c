import { LIMITS, type ConversationId, type Message } from 'backend/contract'
import { request, socket } from '../connection/socket.client.ts'
import { useSession } from '../accounts/session.store.ts'

/** Messages that arrive within this time are acknowledged together. */
const GATHER_MS = 200

const due = new Map<ConversationId, number>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Tells the server that a live message reached this page, and so the sender. A sync acknowledges its messages itself. */
export function confirmDelivery({ conversationId, seq, senderId }: Message): void {
  if (senderId === useSession.getState().user?.id) return
  due.set(conversationId, Math.max(seq, due.get(conversationId) ?? 0))
  timer ??= setTimeout(tell, GATHER_MS)
}

/** Forgets the receipts that are due, at the end of a session. */
export function forgetDeliveryReceipts(): void {
  clearTimeout(timer)
  timer = undefined
  due.clear()
}

function tell(): void {
  const items = Array.from(due, ([conversationId, seq]) => ({ conversationId, seq }))
  forgetDeliveryReceipts()
  // The sync of the next connection acknowledges it.
  if (!socket.connected) return
  for (let from = 0; from < items.length; from += LIMITS.conversationsMax) {
    request('markDelivered', { items: items.slice(from, from + LIMITS.conversationsMax) }).catch(() => {})
  }
}
