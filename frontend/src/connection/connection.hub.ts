import { LIMITS, type Ack, type Message, type PresenceStates, type UserId } from 'backend/contract'
import { onEnd } from '../lib/tabs.ts'
import { NEWS_WAITING_MAX, type News, type ToHub, type ToTab } from './connection.protocol.ts'
import { createSnapshot } from './connection.snapshot.ts'
import type { ServerConnection } from './server.connection.ts'

/** The server refuses more than 64 requests of a connection at once. Ten tabs that sync together could have more. */
const REQUESTS_AT_ONCE = 48
/** Without Web Locks, a tab that was silent for so long is gone. A hidden tab pings once a minute. */
const SILENT_MS = 180_000
/** After this time the hub asks again for presence that it was not told. */
const ASK_AGAIN_MS = 5000
/** Several tabs report the same event of the browser within this time. */
const SAME_EVENT_MS = 1000

/** Where the messages of a tab come from and go to: a MessagePort, mostly. */
export type HubPort = Pick<MessagePort, 'postMessage' | 'close' | 'onmessage'>

export interface ConnectionHub {
  /** Listens to a tab. The tab gets the connection when it asks for it. */
  listen(port: HubPort): void
}

interface Tab {
  port: HubPort
  isAway: boolean
  isWatchingStats: boolean
  /** The users whose presence the tab shows. */
  shown: ReadonlySet<UserId>
  /** News since the tab attached. */
  sent: number
  taken: number
  /** Too many news wait for the tab, so it gets none until it has taken those. */
  isBehind: boolean
  heardAt: number
  stopWaiting: () => void
}

/**
 * Shares one connection among the tabs of a user. The connection is open while a tab is attached.
 * @param connect creates the connection, closed
 * @param lock the Web Lock that tells the tabs that the hub lives; null without Web Locks
 */
export function createConnectionHub(
  connect: (pollingUntil: string | null, tell: (news: News) => void) => ServerConnection,
  lock: string | null,
): ConnectionHub {
  const tabs = new Set<Tab>()
  const snapshot = createSnapshot()
  let connection: ServerConnection | null = null
  /** What the server was told on this connection. A new connection counts as active, and gets no statistics. */
  let said = { isAway: false, isWatchingStats: false }
  /** The users whose presence the server was asked for on this connection. */
  let watched = new Set<UserId>()
  let askAgain: ReturnType<typeof setTimeout> | undefined
  let sweep: ReturnType<typeof setInterval> | undefined
  let network = { isOnline: true, at: -Infinity }
  let reconnectedAt = -Infinity
  const waiting: (() => void)[] = []
  let inFlight = 0

  function tell(news: News): void {
    snapshot.take(news)
    for (const tab of tabs) if (concerns(tab, news)) give(tab, news)
    if (news.kind !== 'connected') return
    said = { isAway: false, isWatchingStats: false }
    watched = new Set()
    summarize()
  }

  /** Gives news to a tab. Those of a tab that takes none are bounded: afterwards it is told that the connection broke, and it syncs. */
  function give(tab: Tab, news: News): void {
    if (tab.sent - tab.taken >= NEWS_WAITING_MAX) tab.isBehind = true
    if (tab.isBehind) return
    tab.sent += 1
    post(tab, news)
  }

  function greet(tab: Tab): void {
    for (const news of snapshot.forNewTab()) give(tab, news)
    tellPresence(tab, [...tab.shown])
  }

  /** Tells a tab of users whom the connection watches already. Others come with the server's answer. */
  function tellPresence(tab: Tab, userIds: UserId[]): void {
    const states = snapshot.presenceOf(userIds.filter((id) => watched.has(id)))
    if (Object.values(states).some(({ length }) => length > 0)) give(tab, { kind: 'presence', states })
  }

  function caughtUp(tab: Tab): void {
    tab.isBehind = false
    give(tab, { kind: 'disconnected' })
    greet(tab)
  }

  /** Tells the server what the tabs say together: the user is away when all tabs say so. */
  function summarize(): void {
    if (!connection?.isConnected || tabs.size === 0) return
    const all = [...tabs]
    const isAway = all.every((tab) => tab.isAway)
    const isWatchingStats = all.some((tab) => tab.isWatchingStats)
    if (isAway !== said.isAway) connection.signal({ event: 'setActivity', input: isAway ? 'away' : 'active' })
    if (isWatchingStats !== said.isWatchingStats) connection.signal({ event: 'watchStats', input: isWatchingStats })
    said = { isAway, isWatchingStats }
    void watchShown()
  }

  /** Asks the server for the presence of the users that the tabs show now, and of no others. */
  async function watchShown(): Promise<void> {
    const asked = watched
    const shown = new Set<UserId>()
    for (const tab of tabs) for (const id of tab.shown) if (shown.size < LIMITS.presenceWatchedMax) shown.add(id)
    const add = [...shown].filter((id) => !asked.has(id))
    const remove = [...asked].filter((id) => !shown.has(id))
    if (add.length === 0 && remove.length === 0) return
    for (const id of add) asked.add(id)
    for (const id of remove) asked.delete(id)
    const answer = await connection?.request('watchPresence', { add, remove })
    // A new connection asked for all of them.
    if (asked !== watched) return
    if (arePresenceStates(answer)) {
      tell({ kind: 'presence', states: answer.data })
      return
    }
    for (const id of add) asked.delete(id)
    clearTimeout(askAgain)
    askAgain = setTimeout(summarize, ASK_AGAIN_MS)
  }

  function attach(tab: Tab, { lock: lockOfTab, pollingUntil }: Extract<ToHub, { kind: 'attach' }>): void {
    Object.assign(tab, { isAway: false, isWatchingStats: false, shown: NO_USERS, sent: 0, taken: 0, isBehind: false })
    tab.stopWaiting()
    tab.stopWaiting = lockOfTab === null ? sweepSilent() : onEnd(lockOfTab, () => drop(tab))
    tabs.add(tab)
    post(tab, { kind: 'attached', lock })
    greet(tab)
    summarize()
    connection ??= connect(pollingUntil, tell)
    // Open already, unless this is the first tab or the session ended.
    connection.open()
    connection.check()
  }

  function drop(tab: Tab): void {
    tab.stopWaiting()
    if (!tabs.delete(tab)) return
    if (tabs.size > 0) summarize()
    else {
      clearInterval(sweep)
      sweep = undefined
      connection?.close()
    }
  }

  /** Drops silent tabs from time to time. */
  function sweepSilent(): () => void {
    sweep ??= setInterval(() => {
      for (const tab of tabs) if (performance.now() - tab.heardAt > SILENT_MS) drop(tab)
    }, SILENT_MS / 3)
    return () => {}
  }

  async function request(tab: Tab, { id, event, input }: Extract<ToHub, { kind: 'request' }>): Promise<void> {
    if (inFlight >= REQUESTS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    inFlight += 1
    const answer = (await connection?.request(event, input)) ?? null
    // The server sends the event to the user's other connections only: this one has the answer.
    if (event === 'sendMessage' && isMessage(answer)) tell({ kind: 'event', event: 'newMessage', args: [answer.data] })
    inFlight -= 1
    waiting.shift()?.()
    post(tab, { kind: 'answer', id, answer })
  }

  function networkChanged(isOnline: boolean): void {
    const now = performance.now()
    if (network.isOnline === isOnline && now - network.at < SAME_EVENT_MS) return
    network = { isOnline, at: now }
    connection?.networkChanged(isOnline)
  }

  function reconnect(): void {
    if (performance.now() - reconnectedAt < SAME_EVENT_MS) return
    reconnectedAt = performance.now()
    connection?.reconnect()
  }

  function hear(tab: Tab, message: ToHub): void {
    tab.heardAt = performance.now()
    switch (message.kind) {
      case 'attach':
        attach(tab, message)
        break
      case 'detach':
        drop(tab)
        tab.port.close()
        break
      case 'ping':
        // A tab that counted as closed attaches again when it gets no answer.
        if (tabs.has(tab)) post(tab, { kind: 'pong' })
        break
      case 'taken':
        tab.taken = message.count
        if (tab.isBehind && tab.taken === tab.sent) caughtUp(tab)
        break
      case 'request':
        void request(tab, message)
        break
      case 'signal':
        if (message.event === 'setActivity') tab.isAway = message.input === 'away'
        else if (message.event === 'watchStats') tab.isWatchingStats = message.input
        else connection?.signal(message)
        summarize()
        break
      case 'watch': {
        const begun = message.userIds.filter((id) => !tab.shown.has(id))
        tab.shown = new Set(message.userIds)
        tellPresence(tab, begun)
        summarize()
        break
      }
      case 'shown':
        connection?.check()
        break
      case 'network':
        networkChanged(message.isOnline)
        break
      case 'reconnect':
        reconnect()
        break
    }
  }

  return {
    listen(port) {
      const tab: Tab = {
        port,
        isAway: false,
        isWatchingStats: false,
        shown: NO_USERS,
        sent: 0,
        taken: 0,
        isBehind: false,
        heardAt: performance.now(),
        stopWaiting: () => {},
      }
      // The assignment starts the port too.
      // oxlint-disable-next-line unicorn/prefer-add-event-listener
      port.onmessage = ({ data }: MessageEvent<ToHub>) => hear(tab, data)
    },
  }
}

/** Statistics come each second, and only for the tabs that asked for them. */
const concerns = (tab: Tab, news: News): boolean =>
  tab.isWatchingStats || news.kind !== 'event' || news.event !== 'serverStats'

const NO_USERS: ReadonlySet<UserId> = new Set()

type Answer = Ack<unknown> | null | undefined

const isMessage = (answer: Answer): answer is { ok: true; data: Message } => answer?.ok === true

const arePresenceStates = (answer: Answer): answer is { ok: true; data: PresenceStates } => answer?.ok === true

function post(tab: Tab, message: ToTab): void {
  // The rule is about windows. A port has one other end.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  tab.port.postMessage(message)
}
