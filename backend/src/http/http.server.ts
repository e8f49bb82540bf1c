import { createServer, type Server } from 'node:http'
import type { Express } from 'express'
import type { Config } from '../config.ts'
import { StartupError } from '../lib/errors.ts'
import { closeIdleConnections } from './idleConnection.closer.ts'

/**
 * How long the server keeps an unused connection behind a proxy. It is longer than nginx and Amazon's load balancers
 * keep one (60 seconds): if the server closed first, the proxy could send a request on a connection that is just being
 * closed, and answer it with 502.
 */
const PROXY_KEEP_ALIVE_MS = 75_000
/** Connections that the kernel holds while many users reconnect at once. */
const BACKLOG = 4096

export interface HttpServer {
  server: Server
  /**
   * Resolves to the port, which differs from the configured one when that is 0. @throws StartupError when the port is
   * taken
   */
  listen(): Promise<number>
  /** Closes the connections that no request uses. */
  closeIdle(): void
}

/** Builds the HTTP server, which answers with `web` and carries the sockets too. */
export function createHttpServer(web: Express, { port, host, trustProxy }: Config): HttpServer {
  const server = createServer(web)
  if (trustProxy > 0) server.keepAliveTimeout = PROXY_KEEP_ALIVE_MS
  const closeIdle = closeIdleConnections(server)
  return {
    server,
    closeIdle,
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', ({ message }) => reject(new StartupError(`Parley cannot start: ${message} (PORT, HOST)`)))
        server.listen({ port, host, backlog: BACKLOG }, resolve)
      })
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
      return address.port
    },
  }
}
