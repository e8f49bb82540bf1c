import { createClient, type RedisClientType } from '@redis/client'
import type { Logger } from '../lib/logger.ts'

const RECONNECT_MAX_MS = 2000

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- `{}` is the client's own default for no modules
type None = Record<never, never>

/** A client without modules, functions and scripts of its own. It speaks version 2 of the Redis protocol. */
export type Redis = RedisClientType<None, None, None, 2>

/**
 * Connects to Redis, and connects again whenever the connection is lost. Commands wait until then.
 * @param silentMs a connection that receives nothing for this long counts as dead, and the client opens a new one
 * @throws Error when Redis cannot be reached now: a wrong address shows at the start
 */
export async function connectRedis(url: string, silentMs: number, logger: Logger): Promise<Redis> {
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
