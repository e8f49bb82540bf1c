import type { Ack, ClientToServerEvents } from '../contract/index.ts'
import type { Actor } from './delivery.ts'

type EventName = keyof ClientToServerEvents

/** The data of an event's acknowledgement; `never` for an event without one. */
type AnswerOf<E extends EventName> =
  Parameters<ClientToServerEvents[E]> extends [unknown, (answer: Ack<infer T>) => void] ? T : never

type RequestName = { [E in EventName]: [AnswerOf<E>] extends [never] ? never : E }[EventName]
type SignalName = Exclude<EventName, RequestName>

/** The socket events of one feature. Each function checks its input itself, as a REST controller does. */
export interface SocketEvents {
  /** Events with an acknowledgement: it carries the result, or the problem of the AppError that was thrown. */
  requests?: { [E in RequestName]?: (actor: Actor, input: unknown) => Promise<AnswerOf<E>> }
  /** Events without an acknowledgement. */
  signals?: { [E in SignalName]?: (actor: Actor, input: unknown) => Promise<void> }
}
