import type { Logger } from '../lib/logger.ts'

/** One process of a cluster; a new id at each start. */
export type NodeId = string

/** What the nodes of a cluster tell one another. What one node tells, every other hears in that order, unless there is a gap. */
export interface Bus {
  readonly nodeId: NodeId
  /** To every other node. Nobody waits for it: while the bus is away it is kept for a while, and what cannot be kept is a gap. */
  tell(topic: string, body: unknown): void
  /** What the others tell. One listener a topic. */
  hear(topic: string, listener: (body: unknown, from: NodeId) => void): void
  /** Something may not have been heard here: what is known of the other nodes, and what was told to connections, has holes. */
  onGap(listener: () => void): void
  isConnected(): boolean
  close(): Promise<void>
}

/** Hands what was heard to who listens. A listener that throws must not stop the others. */
export function createEar(logger: Logger) {
  const listeners = new Map<string, (body: unknown, from: NodeId) => void>()
  return {
    hear: (topic: string, listener: (body: unknown, from: NodeId) => void) => void listeners.set(topic, listener),
    take(from: NodeId, topic: string, body: unknown): void {
      try {
        listeners.get(topic)?.(body, from)
      } catch (error) {
        logger.error({ err: error, topic, from }, 'what another node told could not be used')
      }
    },
  }
}
