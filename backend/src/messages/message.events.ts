import type { SocketEvents } from '../lib/socketEvents.ts'
import type { MessageController } from './message.controller.ts'
import type { MessageChangeController } from './messageChange.controller.ts'

/** Returns the socket events that send, edit and delete messages. */
export function messageEvents(messages: MessageController, changes: MessageChangeController): SocketEvents {
  return { requests: { sendMessage: messages.send, editMessage: changes.edit, deleteMessage: changes.remove } }
}
