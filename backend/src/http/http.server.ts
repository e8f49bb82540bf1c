import { once } from 'node:events'
import { unlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Express } from 'express'
import type { Config } from '../config.ts'
import { closeIdleConnections } from './idleConnection.closer.ts'
import { isListening, listenFailure, socketPathOf } from './listen.address.ts'
import { spreadRequests } from './requestTurns.listener.ts'

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
   * Resolves to the port, which differs from the configured one when that is 0, and is 0 on a Unix socket. @throws
   * StartupError when the port is taken, or HOST is not an address of this machine
   */
  listen(): Promise<number>
  /** Closes the connections that no request uses. */
  closeIdle(): void
}

/** Builds the HTTP server, which answers with `web` and carries the sockets too. */
export function createHttpServer(web: Express, config: Config): HttpServer {
  const server = createServer(spreadRequests(web))
  if (config.trustProxy > 0) server.keepAliveTimeout = PROXY_KEEP_ALIVE_MS
  const closeIdle = closeIdleConnections(server)
  return {
    server,
    closeIdle,
    async listen() {
      try {
        await listenAt(server, config)
      } catch (error) {
        throw error instanceof Error ? listenFailure(error, config) : error
      }
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : 0
    },
  }
}

async function listenAt(server: Server, { host, port }: Config): Promise<void> {
  const path = socketPathOf({ host })
  if (path === undefined) {
    await begun(server, () => server.listen({ port, host, backlog: BACKLOG }))
    return
  }
  // The proxy runs as another user. As with a port of this machine, each of its users may connect.
  const listen = () => server.listen({ path, backlog: BACKLOG, readableAll: true, writableAll: true })
  await begun(server, listen).catch(async (error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') || (await isListening(path)))
      throw error
    await unlink(path)
    await begun(server, listen)
  })
}

/** Resolves when the server listens. Rejects when it cannot. */
async function begun(server: Server, listen: () => void): Promise<void> {
  const listening = once(server, 'listening')
  listen()
  await listening
}
