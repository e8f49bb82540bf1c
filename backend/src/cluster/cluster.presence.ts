import {
  EVERYBODY,
  type PresenceChange,
  type PresenceList,
  type PresenceState,
  type UserId,
} from '../contract/index.ts'
import type { Bus, NodeId } from './cluster.bus.ts'

/** How often each node says that it is alive. */
const BEAT_MS = 5000
/** A node that is silent for this long counts as lost, and its users as gone. */
const LOST_MS = 15_000

type Present = Exclude<PresenceState, 'offline'>

/** The presence of the users of this node. */
export interface LocalPresence {
  list(): PresenceList
  stateOf(userId: UserId): PresenceState
}

interface RemoteNode {
  users: Map<UserId, Present>
  lastSeenAt: number
}

export interface ClusterPresence {
  /** Takes a change among the users of this node. */
  localChange(change: PresenceChange): void
  stateOf(userId: UserId): PresenceState
  list(): PresenceList
  close(): void
}

/**
 * Tracks the users who are present on any node. Each node publishes the changes among its own users, and its whole list
 * to a node that is new or was cut off. So no request needs another node's answer, and a lost node leaves no users
 * behind.
 * @param announce gets each change for the connections of this node; `isOurs`: this node stores it, because no other
 * node does
 * @param onLost called when a node was lost, or was cut off for so long that it may be lost
 */
export function createClusterPresence(
  bus: Bus,
  announce: (change: PresenceChange, isOurs: boolean) => void,
  local: LocalPresence,
  onLost: () => void,
): ClusterPresence {
  const others = new Map<NodeId, RemoteNode>()
  const announced = new Map<UserId, Present>()

  function stateOf(userId: UserId): PresenceState {
    const states = new Set([local.stateOf(userId), ...Array.from(others.values(), ({ users }) => users.get(userId))])
    return states.has('online') ? 'online' : states.has('away') ? 'away' : 'offline'
  }

  /** Announces the users whose state differs from the announced one. */
  function announceChanges(users: Iterable<UserId>, isOurs: boolean, at = new Date().toISOString()): void {
    const change: PresenceChange = { online: [], away: [], offline: [], at }
    for (const userId of new Set(users)) {
      const state = stateOf(userId)
      if (state === (announced.get(userId) ?? 'offline')) continue
      if (state === 'offline') announced.delete(userId)
      else announced.set(userId, state)
      change[state].push(userId)
    }
    if (change.online.length + change.away.length + change.offline.length > 0) announce(change, isOurs)
  }

  function nodeOf(id: NodeId): RemoteNode {
    const known = others.get(id)
    if (known) {
      known.lastSeenAt = performance.now()
      return known
    }
    // The other node may not know this one either.
    const node = { users: new Map(), lastSeenAt: performance.now() }
    others.set(id, node)
    publishAll()
    return node
  }

  const publishAll = (): void => bus.publish('presence.all', local.list())

  bus.subscribe('presence.all', (list, from) => {
    const node = nodeOf(from)
    const before = node.users
    node.users = usersIn(list)
    announceChanges([...before.keys(), ...node.users.keys()], false)
  })
  bus.subscribe('presence.change', ({ online, away, offline, at }, from) => {
    const { users } = nodeOf(from)
    for (const userId of online) users.set(userId, 'online')
    for (const userId of away) users.set(userId, 'away')
    for (const userId of offline) users.delete(userId)
    announceChanges([...online, ...away, ...offline], false, at)
  })
  bus.subscribe('presence.beat', (_, from) => {
    // A node that was silent for too long is unknown here, so its list is needed.
    if (!others.has(from)) bus.publish('presence.ask', from)
    else nodeOf(from)
  })
  bus.subscribe('presence.ask', (nodeId) => {
    if (nodeId === bus.nodeId || nodeId === EVERYBODY) publishAll()
  })
  bus.onGap(() => bus.publish('presence.ask', EVERYBODY))
  bus.subscribe('presence.end', (_, from) => remove(from, false))

  function remove(id: NodeId, isOurs: boolean): void {
    const users = others.get(id)?.users ?? new Map()
    others.delete(id)
    announceChanges(users.keys(), isOurs)
  }

  function lose(id: NodeId): void {
    remove(id, true)
    onLost()
  }

  const beating = setInterval(() => {
    bus.publish('presence.beat', null)
    for (const [id, { lastSeenAt }] of others) if (performance.now() - lastSeenAt > LOST_MS) lose(id)
  }, BEAT_MS).unref()
  publishAll()

  return {
    localChange(change) {
      bus.publish('presence.change', change)
      announceChanges([...change.online, ...change.away, ...change.offline], true, change.at)
    },
    stateOf,
    list() {
      // The users of this node count at once, as on a single node: their announcement comes a moment later.
      const users = new Set([...local.list().online, ...announced.keys()])
      const list: PresenceList = { online: [], away: [] }
      for (const userId of users) {
        const state = stateOf(userId)
        if (state !== 'offline') list.online.push(userId)
        if (state === 'away') list.away.push(userId)
      }
      return list
    },
    close() {
      clearInterval(beating)
      bus.publish('presence.end', null)
    },
  }
}

function usersIn({ online, away }: PresenceList): Map<UserId, Present> {
  const users = new Map<UserId, Present>(online.map((userId) => [userId, 'online']))
  for (const userId of away) users.set(userId, 'away')
  return users
}
