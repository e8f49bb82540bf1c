import type { SocketEvents } from '../lib/socketEvents.ts'
import type { TypingController } from './typing.controller.ts'

/** Returns the socket event of typing. */
export function typingEvents({ setTyping }: TypingController): SocketEvents {
  return { signals: { typing: setTyping } }
}
