import { createClient } from '@redis/client'
import type { Logger } from '../lib/logger.ts'

const RECONNECT_MAX_MS = 2000

/** The client's type follows from its options, so it has no written form. */
export type Redis = Awaited<ReturnType<typeof connectRedis>>

/**
 * Connects to Redis, and connects again whenever the connection is lost. Commands wait meanwhile.
 * @param silentMs a connection that receives nothing for this long counts as dead and is made anew
 * @throws Error when Redis cannot be reached now, so that a wrong address shows at the start
 */
export async function connectRedis(url: string, silentMs: number, logger: Logger) {
  let isUp = false
  const client = createClient({
    url,
    RESP: 2,
    // So that a healthy connection always receives something within `silentMs`.
    pingInterval: silentMs / 3,
    socket: {
      socketTimeout: silentMs,
      reconnectStrategy: (tries) =>
        isUp ? Math.min(50 * 2 ** tries, RECONNECT_MAX_MS) * (0.5 + Math.random() / 2) : false,
    },
  })
  client.on('error', (error: unknown) => {
    // The client also emits an error when it is closed on purpose.
    if (isUp && client.isOpen) logger.warn({ err: error }, 'Redis cannot be reached')
  })
  await client.connect()
  isUp = true
  return client
}
