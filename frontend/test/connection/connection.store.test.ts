import { expect, it, vi } from 'vitest'
import { useConnection } from '../../src/connection/connection.store.ts'
import { connection } from '../helpers/fakeSocket.ts'

vi.mock(import('../../src/connection/socket.client.ts'), async () =>
  (await import('../helpers/fakeSocket.ts')).fakeSocket(),
)

it('[E7] a page that is still connecting says at once that the browser is offline', () => {
  expect(useConnection.getState().state).toBe('connecting')
  dispatchEvent(new Event('offline'))
  expect(useConnection.getState().state).toBe('offline')
  connection.connect()
  expect(useConnection.getState().state).toBe('online')
})
