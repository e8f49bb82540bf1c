import { setTimeout as sleep } from 'node:timers/promises'
import type { Health } from '../lib/health.ts'

/**
 * A longer spread would only slow a deployment: at ten seconds, a hundred thousand connections return at ten thousand a
 * second.
 */
const SPREAD_MAX_MS = 10_000

interface Connections {
  refuse(): void
  drain(spreadMs: number): Promise<void>
}

/**
 * Takes a node out of its cluster. `/readyz` answers 503 from now on, and the node serves as before while load
 * balancers notice. Then it refuses new connections and closes the open ones, spread over half of the remaining time,
 * at most ten seconds.
 */
export async function drain(
  { redis, shutdownSeconds, readyGraceSeconds }: { redis: unknown; shutdownSeconds: number; readyGraceSeconds: number },
  health: Pick<Health, 'drain'>,
  connections: Connections,
): Promise<void> {
  health.drain()
  await sleep(readyGraceSeconds * 1000)
  if (redis === undefined) return
  connections.refuse()
  await connections.drain(Math.min(SPREAD_MAX_MS, ((shutdownSeconds - readyGraceSeconds) * 1000) / 2))
}
