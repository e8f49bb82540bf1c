import type { PresenceChange, PresenceList } from '../contract/index.ts'
import type { Kept } from '../lib/cacheInvalidation.ts'
import type { Logger } from '../lib/logger.ts'
import type { RequestContext } from '../lib/requestContext.ts'

/** One process of a cluster; a new id at each start. */
export type NodeId = string

/** What the nodes tell one another, and what it is about. */
export interface Topics {
  /** A call of the delivery: its name, what it was called with, and on whose behalf. */
  deliver: readonly [name: string, args: readonly unknown[], request?: RequestContext]
  /** What others have in memory of the database is different now. */
  changed: Kept
  /** All who are present on a node, and what changed of them. */
  'presence.all': PresenceList
  'presence.change': PresenceChange
  /** The node lives, or ends. */
  'presence.beat': null
  'presence.end': null
  /** Everybody, or this node, shall tell all who are present. */
  'presence.ask': NodeId
}

export type Topic = keyof Topics
type Listener<T extends Topic> = (body: Topics[T], from: NodeId) => void

/** What the nodes of a cluster tell one another. What one node tells, every other hears in that order, unless there is a gap. */
export interface Bus {
  readonly nodeId: NodeId
  /** To every other node. Nobody waits for it: while the bus is away it is kept for a while, and what cannot be kept is a gap. */
  tell<T extends Topic>(topic: T, body: Topics[T]): void
  /** What the others tell. One listener a topic. */
  hear<T extends Topic>(topic: T, listener: Listener<T>): void
  /** Something may not have been heard here: what is known of the other nodes, and what was told to connections, has holes. */
  onGap(listener: () => void): void
  isConnected(): boolean
  close(): Promise<void>
}

/** Hands what was heard to who listens. A listener that throws must not stop the others. */
export function createEar(logger: Logger) {
  const listeners: { [T in Topic]?: Listener<T> } = {}
  return {
    hear<T extends Topic>(topic: T, listener: Listener<T>): void {
      Object.assign(listeners, { [topic]: listener })
    },
    take<T extends Topic>(from: NodeId, topic: T, body: Topics[T]): void {
      try {
        listeners[topic]?.(body, from)
      } catch (error) {
        logger.error({ err: error, topic, from }, 'what another node told could not be used')
      }
    },
  }
}
