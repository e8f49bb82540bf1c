import { createClient } from '@redis/client'
import type { Logger } from '../lib/logger.ts'

const RECONNECT_MAX_MS = 2000

export type Redis = Awaited<ReturnType<typeof connectRedis>>

/**
 * A connection that comes back by itself. What is asked while it is away waits.
 * @param silentMs a connection on which nothing came for so long is taken for dead, and made anew
 * @throws Error when Redis cannot be reached now: a wrong address shall be seen at the start
 */
export async function connectRedis(url: string, silentMs: number, logger: Logger) {
  let isUp = false
  const client = createClient({
    url,
    RESP: 2,
    // Asked now and then, so that something comes on a connection that is in order.
    pingInterval: silentMs / 3,
    socket: {
      socketTimeout: silentMs,
      reconnectStrategy: (tries) =>
        isUp ? Math.min(50 * 2 ** tries, RECONNECT_MAX_MS) * (0.5 + Math.random() / 2) : false,
    },
  })
  client.on('error', (error: unknown) => {
    // It tells of its own end too.
    if (isUp && client.isOpen) logger.warn({ err: error }, 'Redis is away')
  })
  await client.connect()
  isUp = true
  return client
}
