import type { UserId } from 'backend/contract'
import type { HubPort } from './connection.hub.ts'
import { TAKEN_EVERY, type Told, type ToHub, type ToTab } from './connection.protocol.ts'
import type { LeadingTab } from './leadingTab.hub.ts'
import { readPollingUntil } from './transport.storage.ts'
import { trustedWorkerAddress, WORKER_ADDRESS } from './worker.address.ts'
import { canLead, holdForLife, onEnd } from '../lib/tabs.ts'
import { newId } from '../lib/newId.ts'

/** The worker has so long to answer a new tab. */
const START_MS = 1500
/** How often the tab asks the hub for a sign of life. */
const PING_MS = 1000
/** After so many unanswered pings the worker hangs. */
const PINGS_MISSED_MAX = 3
/** After so many workers in a row that ended this soon, the tab starts no other one. */
const SHORT_LIFE_MS = 10_000
const SHORT_LIVES_MAX = 3

/** Where the tab's connection is: in the worker or the leading tab, which all tabs of the user share, or in this tab alone. */
export interface HubLink {
  post(message: ToHub): void
  close(): void
}

/** One end of a port to a hub. */
interface Line {
  port: HubPort
  taken: number
  missed: number
}

/** Other tabs and the worker see by it that this tab is there. */
const LOCK = `parley.tab.${newId()}`
let held: Promise<boolean> | null = null

/** Whether this browser has shared workers. Chrome on Android and some browsers inside apps have none: there one tab leads. */
const hasSharedWorker = (): boolean => 'SharedWorker' in globalThis

/** Loads the worker's script into the browser's cache. The worker starts sooner later, when the user is known. */
export function prefetchWorker(): void {
  held ??= holdForLife(LOCK)
  if (hasSharedWorker()) void fetch(WORKER_ADDRESS).catch(() => {})
}

/**
 * Links this tab to the connection of its user. The connection is in the shared worker, or in the tab that leads where
 * there are no shared workers. When the worker does not start, ends or hangs, the tab opens a connection of its own, and
 * goes back when the worker answers.
 * @param hear gets the hub's messages; those of a hub that was left are dropped
 * @param lost called when the tab leaves a hub: its answers will not come
 */
export function openHubLink(userId: UserId, hear: (message: Told) => void, lost: () => void): HubLink {
  let shared: Line | null = null
  let own: Line | null = null
  let leading: LeadingTab | null = null
  let current: Line | null = null
  let startedAt = 0
  let shortLives = 0
  let isClosed = false
  let starting: ReturnType<typeof setTimeout> | undefined
  let stopWaiting: (() => void) | null = null
  held ??= holdForLife(LOCK)
  const isHeld = held

  function lineOf(port: HubPort): Line {
    const line: Line = { port, taken: 0, missed: 0 }
    // The assignment starts the port too.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    port.onmessage = ({ data }: MessageEvent<ToTab>) => receive(line, data)
    void attach(line)
    return line
  }

  async function attach(line: Line): Promise<void> {
    const lock = (await isHeld) ? LOCK : null
    send(line, { kind: 'attach', lock, pollingUntil: readPollingUntil() })
  }

  function receive(line: Line, message: ToTab): void {
    if (isClosed || (line !== shared && line !== own)) return
    line.missed = 0
    if (message.kind === 'attached') {
      line.taken = 0
      if (line === shared) sharedAnswered(message.lock)
      if (current !== line) enter(line)
      return
    }
    // A worker that hung answers first what waited. The tab's last `attach` is part of it.
    if (line !== current || message.kind === 'pong') return
    if (message.kind !== 'answer') {
      line.taken += 1
      if (line.taken % TAKEN_EVERY === 0) send(line, { kind: 'taken', count: line.taken })
    }
    hear(message)
  }

  function sharedAnswered(lock: string | null): void {
    clearTimeout(starting)
    stopWaiting?.()
    stopWaiting = lock === null ? null : onEnd(lock, workerEnded)
  }

  function enter(line: Line): void {
    // The worker answered while the tab's own connection was being made.
    if (line === own && isSharedAlive()) {
      leaveOwn()
      return
    }
    if (current) lost()
    current = line
    if (line === shared) leaveOwn()
  }

  const isSharedAlive = (): boolean => shared !== null && current === shared && shared.missed < PINGS_MISSED_MAX

  function leaveOwn(): void {
    if (own) leave(own)
    own = null
  }

  function leave(line: Line): void {
    send(line, { kind: 'detach' })
  }

  function startShared(): void {
    startedAt = performance.now()
    if (!hasSharedWorker()) {
      void joinTabs()
      return
    }
    try {
      const worker = new SharedWorker(trustedWorkerAddress(), { name: userId, type: 'module' })
      worker.addEventListener('error', () => void openOwn())
      shared = lineOf(worker.port)
      starting = setTimeout(() => void openOwn(), START_MS)
    } catch {
      // The page's policy forbids it, or the browser does.
      void openOwn()
    }
  }

  async function joinTabs(): Promise<void> {
    starting = setTimeout(() => void openOwn(), START_MS)
    const { joinLeadingTab } = await import('./leadingTab.hub.ts')
    if (isClosed) return
    leading ??= joinLeadingTab(userId, anotherLeads)
    shared = lineOf(leading.port)
  }

  function anotherLeads(): void {
    if (isClosed || !leading) return
    leaveShared()
    shared = lineOf(leading.port)
  }

  function leaveShared(): void {
    shared = null
    if (current === own) return
    current = null
    lost()
  }

  function workerEnded(): void {
    if (isClosed) return
    leaveShared()
    shortLives = performance.now() - startedAt < SHORT_LIFE_MS ? shortLives + 1 : 0
    if (shortLives < SHORT_LIVES_MAX) startShared()
    else void openOwn()
  }

  async function openOwn(): Promise<void> {
    clearTimeout(starting)
    if (isClosed || own) return
    const { openOwnHub } = await import('./ownConnection.hub.ts')
    if (isClosed || own || isSharedAlive()) return
    own = lineOf(openOwnHub(userId))
  }

  function ping(): void {
    const line = current
    if (!line) return
    if (line === shared && line.missed >= PINGS_MISSED_MAX) void openOwn()
    // The hub may have taken this tab for closed.
    else if (line.missed === PINGS_MISSED_MAX - 1) void attach(line)
    line.missed += 1
    send(line, { kind: 'ping' })
  }

  const pings = setInterval(ping, PING_MS)
  if (hasSharedWorker() || canLead()) startShared()
  else void openOwn()

  return {
    post(message) {
      if (current) send(current, message)
    },
    close() {
      isClosed = true
      clearInterval(pings)
      clearTimeout(starting)
      stopWaiting?.()
      for (const line of [shared, own]) if (line) leave(line)
      leading?.close()
    },
  }
}

function send({ port }: Line, message: ToHub): void {
  // The rule is about windows. A port has one other end.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  port.postMessage(message)
}
