import type { SocketEvents } from '../lib/socketEvents.ts'
import type { MessageController } from './message.controller.ts'
import type { MessageChangeController } from './messageChange.controller.ts'

export function messageEvents(messages: MessageController, changes: MessageChangeController): SocketEvents {
  return { requests: { sendMessage: messages.send, editMessage: changes.edit, deleteMessage: changes.remove } }
}
