import type { SocketEvents } from '../lib/socketEvents.ts'
import type { ReceiptController } from './receipt.controller.ts'

export function receiptEvents({ markRead, markDelivered, markUnread }: ReceiptController): SocketEvents {
  return { requests: { markRead, markDelivered, markUnread } }
}
