import type { SocketEvents } from '../lib/socketEvents.ts'
import type { ReceiptController } from './receipt.controller.ts'

/** Returns the socket events of receipts. */
export function receiptEvents({ markRead, markDelivered, markUnread }: ReceiptController): SocketEvents {
  return { requests: { markRead, markDelivered, markUnread } }
}
