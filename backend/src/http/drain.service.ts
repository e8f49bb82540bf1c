import { setTimeout as pause } from 'node:timers/promises'
import type { Health } from '../lib/health.ts'

/** Longer would only make a deployment slow; a hundred thousand connections come back at ten thousand a second then. */
const SPREAD_MAX_MS = 10_000

interface Connections {
  refuse(): void
  leave(spreadMs: number): Promise<void>
}

/**
 * Takes a node out of several: `/readyz` says so, and everything goes on while balancers notice it. Then new connections have to find
 * their way to another node, and those that are here go there too, spread over half of what is left of the time, at most ten seconds.
 */
export async function drain(
  { redis, shutdownSeconds, readyGraceSeconds }: { redis: unknown; shutdownSeconds: number; readyGraceSeconds: number },
  health: Pick<Health, 'drain'>,
  connections: Connections,
): Promise<void> {
  health.drain()
  await pause(readyGraceSeconds * 1000)
  if (redis === undefined) return
  connections.refuse()
  await connections.leave(Math.min(SPREAD_MAX_MS, ((shutdownSeconds - readyGraceSeconds) * 1000) / 2))
}
