import { test as base } from '../fixtures.ts'
import { startLineProxy, type LineProxy } from './lineProxy.ts'
import { startRealServer } from '../server.ts'

/** The browsers reach the server through a proxy that harms their connections. */
export const testThroughProxy = base.extend<{ line: LineProxy }>({
  server: async ({}, use) => {
    const server = await startRealServer()
    const proxy = await startLineProxy(Number(new URL(server.url).port))
    await use({ ...server, url: proxy.url, line: proxy } as never)
    await proxy.close()
    await server.remove()
  },
  line: async ({ server }, use) => use((server as unknown as { line: LineProxy }).line),
})
