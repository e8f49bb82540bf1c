import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Node's server waits, when it is closed, for connections on which nothing was asked yet, up to a minute; browsers open such ones
 * ahead. The returned function closes them, and those that still come.
 */
export function closeIdleConnections(http: Server): () => void {
  const unused = new Set<Socket>()
  let isClosing = false
  const used = ({ socket }: IncomingMessage) => unused.delete(socket)
  http.on('connection', (socket) => {
    if (isClosing) {
      socket.destroy()
      return
    }
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  http.on('request', used)
  http.on('upgrade', used)
  return () => {
    isClosing = true
    for (const socket of unused) socket.destroy()
  }
}
