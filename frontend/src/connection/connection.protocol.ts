import type { Ack, ClientToServerEvents, PresenceStates, Problem, ServerToClientEvents, UserId } from 'backend/contract'

/** The messages between a tab and the hub, which holds the connection to the server for all tabs of a user. */

/** The events that the server does not acknowledge, for the tabs. */
export type SignalEvent = 'typing' | 'setActivity' | 'watchStats'

/** The events that the server acknowledges. `probe` is the connection's own, and the hub sends `watchPresence`. */
export type RequestEvent = Exclude<keyof ClientToServerEvents, SignalEvent | 'probe'>

/** An event that the tab sends to the server. */
export type Signal = { [E in SignalEvent]: { event: E; input: Parameters<ClientToServerEvents[E]>[0] } }[SignalEvent]

/** An event of the server, as it came. */
export type ServerEvent = {
  [E in keyof ServerToClientEvents]: { event: E; args: Parameters<ServerToClientEvents[E]> }
}[keyof ServerToClientEvents]

/** What a tab tells the hub. */
export type ToHub =
  /**
   * The tab wants the connection. `lock`: the Web Lock that the tab holds until it is closed; null without Web Locks.
   * `pollingUntil`: see `News`.
   */
  | { kind: 'attach'; lock: string | null; pollingUntil: string | null }
  /** The tab wants no connection any more. */
  | { kind: 'detach' }
  /** Asks for a sign of life. */
  | { kind: 'ping' }
  /** The tab has handled so many news since it attached. It says so now and then. */
  | { kind: 'taken'; count: number }
  | { kind: 'request'; id: number; event: RequestEvent; input: unknown }
  | ({ kind: 'signal' } & Signal)
  /** The users whose presence the tab shows, all of them. */
  | { kind: 'watch'; userIds: UserId[] }
  /** The user looks at the tab. */
  | { kind: 'shown' }
  /** The browser noticed that the network is there, or is gone. */
  | { kind: 'network'; isOnline: boolean }
  /** The user wants the connection now. */
  | { kind: 'reconnect' }

/** What the hub tells every tab, in the same order. */
export type News =
  | { kind: 'connected' }
  | { kind: 'disconnected' }
  /** An attempt to connect failed. `problem`: the server's refusal; null when it could not be reached. */
  | { kind: 'refused'; problem: Problem | null }
  | ({ kind: 'event' } & ServerEvent)
  /** The present state of users whom the connection has begun to watch. */
  | { kind: 'presence'; states: PresenceStates }
  /** The browser has a new access token. */
  | { kind: 'accessRenewed' }
  /** The server gave no new access token. The connection stays closed until a tab attaches. */
  | { kind: 'accessRefused'; problem: Problem }
  /** Until when new pages begin with polling, as a text that every page stores; null: they begin with WebSocket. */
  | { kind: 'pollingUntil'; until: string | null }

/** What the hub tells a tab of its connection. `answer`: null when there is no connection or the server did not answer. */
export type Told = News | { kind: 'answer'; id: number; answer: Ack<unknown> | null }

/** All messages of the hub to one tab. */
export type ToTab =
  | Told
  /** `lock`: the Web Lock that the hub's worker holds until it ends; null without Web Locks. */
  | { kind: 'attached'; lock: string | null }
  | { kind: 'pong' }

/** A tab says after so many news that it has handled them. A divisor of `NEWS_WAITING_MAX`. */
export const TAKEN_EVERY = 32
/** So many news may wait for a tab that handles none, such as a frozen one. Most are smaller than 1 KB, none has more than 64 KB. */
export const NEWS_WAITING_MAX = 512
