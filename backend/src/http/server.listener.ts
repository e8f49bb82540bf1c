import type { Server } from 'node:http'
import { StartupError } from '../lib/errors.ts'

/** Connections that the kernel holds while many clients reconnect at once. */
const BACKLOG = 4096

/** Listens and resolves to the port, which the system chooses when the configured one is 0. @throws StartupError */
export async function listen(
  http: Server,
  { host, port }: { host: string | undefined; port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', ({ message }) => reject(new StartupError(`Parley cannot start: ${message} (PORT, HOST)`)))
    http.listen({ port, host, backlog: BACKLOG }, resolve)
  })
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}
