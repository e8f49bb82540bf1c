import type { Ack, ClientToServerEvents, PresenceStates, ServerToClientEvents, UserId } from 'backend/contract'
import { noteFreshAccess } from './access.storage.ts'
import type { News, RequestEvent, ServerEvent, Signal, SignalEvent, Told } from './connection.protocol.ts'
import { accessRefused, actingUser, noteRefusal } from './http.client.ts'
import { openHubLink, prefetchWorker, type HubLink } from './hub.link.ts'
import { ApiProblem, NO_CONNECTION } from './problem.model.ts'
import { writePollingUntil } from './transport.storage.ts'

/** How long an answer can take. The hub waits for the server for ten seconds. */
const ANSWER_MS = 12_000

interface LocalEvents {
  connect: () => void
  /** The present state of users whom this tab shows. */
  presence: (states: PresenceStates) => void
  disconnect: () => void
  /** An attempt failed. `problem`: the server's refusal; null when it could not be reached. */
  refused: (problem: Extract<News, { kind: 'refused' }>['problem']) => void
}
type Events = ServerToClientEvents & LocalEvents
type Handler = (...args: never[]) => void

const handlers = new Map<keyof Events, Set<Handler>>()
let isConnected = false

/** The tab's view of the connection, which all tabs of a user share. */
export const socket = {
  get connected() {
    return isConnected
  },
  on<E extends keyof Events>(event: E, handler: Events[E]): void {
    handlers.set(event, (handlers.get(event) ?? new Set<Handler>()).add(handler))
  },
  off<E extends keyof Events>(event: E, handler: Events[E]): void {
    handlers.get(event)?.delete(handler)
  },
  /** Sends an event that the server does not acknowledge. Without a connection it is dropped. */
  emit<E extends SignalEvent>(event: E, input: Parameters<ClientToServerEvents[E]>[0]): void {
    // The event and its input are paired in the signature.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    link?.post({ kind: 'signal', ...({ event, input } as Signal) })
  },
  /** Names the users whose presence this tab shows, all of them. A new connection has to be told again. */
  watchPresence(userIds: UserId[]): void {
    link?.post({ kind: 'watch', userIds })
  },
}

let link: HubLink | null = null
let lastId = 0
const unanswered = new Map<number, (answer: Ack<unknown> | null) => void>()

prefetchWorker()

/** Opens the connection of this tab's user and keeps it open. */
export function openSocket(): void {
  const userId: UserId | null = actingUser()
  if (userId !== null) link ??= openHubLink(userId, hear, lose)
}

/** Closes this tab's part of the connection until the next `openSocket`. */
export function closeSocket(): void {
  link?.close()
  link = null
  lose()
}

/** Reconnects now. The next attempt can be ten seconds away. */
export function reconnectNow(): void {
  link?.post({ kind: 'reconnect' })
}

/**
 * Sends an event and waits for its acknowledgement.
 * @throws ApiProblem the server's refusal, or NO_CONNECTION when it did not answer
 */
export async function request<E extends RequestEvent>(
  event: E,
  input: Parameters<ClientToServerEvents[E]>[0],
): Promise<AckData<E>> {
  if (!isConnected) throw new ApiProblem(NO_CONNECTION)
  // The contract's event map has the type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const answer = (await ask(event, input)) as Ack<AckData<E>> | null
  if (answer === null) throw new ApiProblem(NO_CONNECTION)
  if (!answer.ok) throw new ApiProblem(answer.problem)
  return answer.data
}

function ask(event: RequestEvent, input: unknown): Promise<Ack<unknown> | null> {
  lastId += 1
  const id = lastId
  return new Promise((resolve) => {
    const timer = setTimeout(() => unanswered.get(id)?.(null), ANSWER_MS)
    unanswered.set(id, (answer) => {
      clearTimeout(timer)
      unanswered.delete(id)
      resolve(answer)
    })
    link?.post({ kind: 'request', id, event, input })
  })
}

/** Forgets the connection. Its answers will not come. */
function lose(): void {
  for (const answered of unanswered.values()) answered(null)
  disconnected()
}

function disconnected(): void {
  if (!isConnected) return
  isConnected = false
  run('disconnect')
}

function hear(message: Told): void {
  switch (message.kind) {
    case 'connected':
      isConnected = true
      run('connect')
      break
    case 'disconnected':
      isConnected = false
      run('disconnect')
      break
    case 'refused':
      if (message.problem) noteRefusal(message.problem)
      run('refused', message.problem)
      break
    case 'event':
      runServerEvent(message)
      break
    case 'presence':
      run('presence', message.states)
      break
    case 'answer':
      unanswered.get(message.id)?.(message.answer)
      break
    case 'accessRenewed':
      noteFreshAccess()
      break
    case 'accessRefused':
      accessRefused(message.problem)
      break
    case 'pollingUntil':
      writePollingUntil(message.until)
      break
  }
}

const runServerEvent = ({ event, args }: ServerEvent): void => run(event, ...args)

function run(event: keyof Events, ...args: unknown[]): void {
  // A handler may take itself off, so this is a copy.
  const now = Array.from(handlers.get(event) ?? [])
  // `on` pairs the event with its arguments.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  for (const handler of now) handler(...(args as never[]))
}

addEventListener('offline', () => link?.post({ kind: 'network', isOnline: false }))
addEventListener('online', () => link?.post({ kind: 'network', isOnline: true }))
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') link?.post({ kind: 'shown' })
})
// The page may come back from the browser's cache of pages. The hub would wait for a tab that is gone, without Web Locks.
addEventListener('pagehide', () => link?.post({ kind: 'detach' }))
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted || !link) return
  closeSocket()
  openSocket()
})

type AckData<E extends RequestEvent> = Parameters<ClientToServerEvents[E]>[1] extends (answer: Ack<infer T>) => void
  ? T
  : never
