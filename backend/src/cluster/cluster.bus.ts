import type { PresenceChange, PresenceList } from '../contract/index.ts'
import type { CacheName } from '../lib/cacheInvalidation.ts'
import type { Logger } from '../lib/logger.ts'
import type { RequestContext } from '../lib/requestContext.ts'

/** One process of a cluster; a new id at each start. */
export type NodeId = string

/** The messages between the nodes, by topic. */
export interface Topics {
  /** A call of a `Delivery` method: its name, its arguments, and the request that caused it. */
  deliver: readonly [name: string, args: readonly unknown[], request?: RequestContext]
  /** A cached part of the database has changed. */
  changed: CacheName
  /** All users who are present on a node, and later changes. */
  'presence.all': PresenceList
  'presence.change': PresenceChange
  /** The node is alive, or stops. */
  'presence.beat': null
  'presence.end': null
  /** Asks every node, or this node, for all its users who are present. */
  'presence.ask': NodeId
}

export type Topic = keyof Topics
type Listener<T extends Topic> = (body: Topics[T], from: NodeId) => void

/**
 * The message bus of a cluster. Every other node receives the messages of a node in their order, unless there is a gap.
 */
export interface Bus {
  readonly nodeId: NodeId
  /**
   * Sends a message to every other node without waiting. While the bus cannot be reached, messages are kept for a
   * while; lost messages are a gap.
   */
  publish<T extends Topic>(topic: T, body: Topics[T]): void
  /** Receives the messages of the other nodes. A topic has one listener. */
  subscribe<T extends Topic>(topic: T, listener: Listener<T>): void
  /**
   * Called when messages may be missing: the presence of the other nodes, and the events of the connections, have holes
   * then.
   */
  onGap(listener: () => void): void
  isConnected(): boolean
  close(): Promise<void>
}

export interface Dispatcher extends Pick<Bus, 'subscribe'> {
  dispatch<T extends Topic>(from: NodeId, topic: T, body: Topics[T]): void
}

/** Makes a dispatcher of received messages to listeners. A listener that throws does not stop the others. */
export function createDispatcher(logger: Logger): Dispatcher {
  const listeners: { [T in Topic]?: Listener<T> } = {}
  return {
    subscribe(topic, listener) {
      Object.assign(listeners, { [topic]: listener })
    },
    dispatch(from, topic, body) {
      try {
        listeners[topic]?.(body, from)
      } catch (error) {
        logger.error({ err: error, topic, from }, 'a message of another node could not be handled')
      }
    },
  }
}
