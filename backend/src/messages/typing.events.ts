import type { SocketEvents } from '../lib/socketEvents.ts'
import type { TypingController } from './typing.controller.ts'

export function typingEvents({ setTyping }: TypingController): SocketEvents {
  return { signals: { typing: setTyping } }
}
