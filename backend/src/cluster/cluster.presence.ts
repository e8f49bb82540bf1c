import {
  EVERYBODY,
  type PresenceChange,
  type PresenceList,
  type PresenceState,
  type UserId,
} from '../contract/index.ts'
import type { Bus, NodeId } from './cluster.bus.ts'

/** Every node says so often that it lives ... */
const BEAT_MS = 5000
/** ... and one that was silent for so long has taken its people with it. */
const DEAD_MS = 15_000

type Present = Exclude<PresenceState, 'offline'>

/** Who is on this node. */
export interface PresenceHere {
  list(): PresenceList
  stateOf(userId: UserId): PresenceState
}

interface Node {
  people: Map<UserId, Present>
  heardAt: number
}

export interface PresenceEverywhere {
  /** Of the people of this node. */
  changedHere(change: PresenceChange): void
  list(): PresenceList
  close(): void
}

/**
 * Who is present on any node. Each node tells the others what changes among its own people, and everything to one that is new or was
 * cut off; so nobody has to ask anybody, and nothing is left behind by a node that dies.
 * @param announce what changed for the connections here; whether it is for this node to keep it, as no other will
 * @param here who is on this node
 * @param onLost a node died, or was cut off for so long that it may have
 */
export function presenceEverywhere(
  bus: Bus,
  announce: (change: PresenceChange, isOurs: boolean) => void,
  here: PresenceHere,
  onLost: () => void,
): PresenceEverywhere {
  const others = new Map<NodeId, Node>()
  const announced = new Map<UserId, Present>()

  function stateOf(userId: UserId): PresenceState {
    const states = new Set([here.stateOf(userId), ...Array.from(others.values(), ({ people }) => people.get(userId))])
    return states.has('online') ? 'online' : states.has('away') ? 'away' : 'offline'
  }

  /** Announces what is different now of these people. */
  function compare(people: Iterable<UserId>, isOurs: boolean, at = new Date().toISOString()): void {
    const change: PresenceChange = { online: [], away: [], offline: [], at }
    for (const userId of new Set(people)) {
      const state = stateOf(userId)
      if (state === (announced.get(userId) ?? 'offline')) continue
      if (state === 'offline') announced.delete(userId)
      else announced.set(userId, state)
      change[state].push(userId)
    }
    if (change.online.length + change.away.length + change.offline.length > 0) announce(change, isOurs)
  }

  function nodeOf(id: NodeId): Node {
    const known = others.get(id)
    if (known) {
      known.heardAt = Date.now()
      return known
    }
    // It may know as little of this one.
    const node = { people: new Map(), heardAt: Date.now() }
    others.set(id, node)
    tellAll()
    return node
  }

  const tellAll = (): void => bus.tell('presence.all', here.list())

  bus.hear('presence.all', (list, from) => {
    const node = nodeOf(from)
    const before = node.people
    node.people = peopleOf(list)
    compare([...before.keys(), ...node.people.keys()], false)
  })
  bus.hear('presence.change', ({ online, away, offline, at }, from) => {
    const { people } = nodeOf(from)
    for (const userId of online) people.set(userId, 'online')
    for (const userId of away) people.set(userId, 'away')
    for (const userId of offline) people.delete(userId)
    compare([...online, ...away, ...offline], false, at)
  })
  bus.hear('presence.beat', (_, from) => {
    // One that was silent for too long has to say who is there.
    if (!others.has(from)) bus.tell('presence.ask', from)
    else nodeOf(from)
  })
  bus.hear('presence.ask', (nodeId) => {
    if (nodeId === bus.nodeId || nodeId === EVERYBODY) tellAll()
  })
  bus.onGap(() => bus.tell('presence.ask', EVERYBODY))
  bus.hear('presence.end', (_, from) => drop(from, false))

  function drop(id: NodeId, isOurs: boolean): void {
    const people = others.get(id)?.people ?? new Map()
    others.delete(id)
    compare(people.keys(), isOurs)
  }

  function lose(id: NodeId): void {
    drop(id, true)
    onLost()
  }

  const beating = setInterval(() => {
    bus.tell('presence.beat', null)
    for (const [id, { heardAt }] of others) if (Date.now() - heardAt > DEAD_MS) lose(id)
  }, BEAT_MS).unref()
  tellAll()

  return {
    changedHere(change) {
      bus.tell('presence.change', change)
      compare([...change.online, ...change.away, ...change.offline], true, change.at)
    },
    list() {
      // Those here at once, as on a node that is alone: what is announced comes a moment later.
      const people = new Set([...here.list().online, ...announced.keys()])
      const list: PresenceList = { online: [], away: [] }
      for (const userId of people) {
        const state = stateOf(userId)
        if (state !== 'offline') list.online.push(userId)
        if (state === 'away') list.away.push(userId)
      }
      return list
    },
    close() {
      clearInterval(beating)
      bus.tell('presence.end', null)
    },
  }
}

function peopleOf({ online, away }: PresenceList): Map<UserId, Present> {
  const people = new Map<UserId, Present>(online.map((userId) => [userId, 'online']))
  for (const userId of away) people.set(userId, 'away')
  return people
}
