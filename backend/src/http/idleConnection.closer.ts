import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Returns a function that closes the connections without a request, those open now and those that still come. Browsers
 * open such connections ahead, and Node's server would wait up to a minute for each when it is closed.
 */
export function closeIdleConnections(http: Server): () => void {
  const unused = new Set<Socket>()
  let isClosing = false
  function forget(this: Socket): void {
    unused.delete(this)
  }
  function used({ socket }: IncomingMessage): void {
    if (unused.delete(socket)) socket.off('close', forget)
  }
  http.on('connection', (socket) => {
    if (isClosing) {
      socket.destroy()
      return
    }
    unused.add(socket)
    socket.on('close', forget)
  })
  http.on('request', used)
  http.on('upgrade', used)
  return () => {
    isClosing = true
    for (const socket of unused) socket.destroy()
  }
}
