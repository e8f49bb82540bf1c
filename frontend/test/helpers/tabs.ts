import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { onTestFinished, vi } from 'vitest'
import { connection, fakeSocket } from './fakeSocket.ts'

/** A browser in which Parley never was. Call it in beforeEach. */
export function freshBrowser(): void {
  vi.stubGlobal('indexedDB', new IDBFactory())
  giveLocks()
  connection.reset()
}

/** What jsdom has not got of what tabs share: Web Locks, as far as the page uses them. */
export function giveLocks(): void {
  const tails = new Map<string, Promise<unknown>>()
  const held = new Set<string>()
  const query = async () => ({ held: [...held].map((name) => ({ name })), pending: [] })
  // A getter of the navigator refuses an object that inherits from it.
  const { userAgent } = navigator
  vi.stubGlobal(
    'navigator',
    Object.create(navigator, { locks: { value: { request, query } }, userAgent: { value: userAgent } }),
  )

  function request(
    name: string,
    ...[first, second]: [object | (() => Promise<unknown>), (() => Promise<unknown>)?]
  ): Promise<unknown> {
    const work = typeof first === 'function' ? (first as () => Promise<unknown>) : second
    const signal = 'signal' in first ? (first.signal as AbortSignal) : undefined
    const turn = (tails.get(name) ?? Promise.resolve())
      .then(() => {
        if (signal?.aborted) throw signal.reason
        held.add(name)
        return work?.()
      })
      .finally(() => held.delete(name))
    tails.set(
      name,
      turn.catch(() => {}),
    )
    return turn
  }
}

/** A browser without Web Locks, as every one on plain http. */
export function takeLocks(): void {
  // Each test before gave its own.
  while ('locks' in navigator) vi.stubGlobal('navigator', Object.getPrototypeOf(navigator))
}

/** The page's modules once more, as another tab has them: their own memory, the same disk and channels. It forgets all when the test ends. */
export async function openTab(user: { id: string }) {
  vi.resetModules()
  vi.doMock(import('../../src/connection/socket.client.ts'), () => fakeSocket())
  const { useSession } = await import('../../src/accounts/session.store.ts')
  const { useMessages } = await import('../../src/timeline/messages.store.ts')
  const { useConversations } = await import('../../src/conversations/conversations.store.ts')
  const { ApiProblem } = await import('../../src/connection/problem.model.ts')
  const { request } = await import('../../src/connection/socket.client.ts')
  const { useUploads } = await import('../../src/uploads/uploads.store.ts')
  useSession.setState({ status: 'signedIn', user: user as never })
  onTestFinished(() => {
    useMessages.getState().forget()
    useUploads.getState().forget()
  })
  return { useSession, useMessages, useConversations, useUploads, ApiProblem, request: vi.mocked(request) }
}
