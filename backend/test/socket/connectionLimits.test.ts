import { connect as connectTcp } from 'node:net'
import { expect, test } from 'vitest'
import type { Problem } from '../../src/contract/index.ts'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { client, newId, next, person, request, type ClientSocket, type Person } from '../helpers/people.ts'
import { startNode, type TestServer } from '../helpers/startServer.ts'

const FACES = '😀'.repeat(8000)

test('the connections of one user are limited, and the refusal says so', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, connectionsPerUser: 3 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const attempts = await Promise.all(Array.from({ length: 8 }, () => attempt(client(server, ada.accessToken))))
  const refused = attempts.filter((problem) => problem !== undefined)
  expect(refused).toHaveLength(5)
  expect(refused[0]).toMatchObject({
    code: 'rate_limited',
    reason: 'too_many_connections',
    params: { max: 3, retryAfter: 30 },
  })
  expect(await attempt(client(server, grace.accessToken))).toBeUndefined()
})

test('a connection that closes makes room for another of its user', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, connectionsPerUser: 1 } })
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const watcher = await grace.connect()
  const first = await ada.connect()
  const left = next(watcher, 'presenceChanged', ({ offline }) => offline.includes(ada.id))
  first.disconnect()
  await left
  expect(await attempt(client(server, ada.accessToken))).toBeUndefined()
})

test('the connections of one address are limited, also those that never sign in', async () => {
  const server = await startNode({ costLimits: { ...COST_LIMITS, connectionsPerAddress: 2 } })
  const ada = await person(server, 'ada')
  const [first] = [await ada.connect(), await ada.connect()]
  expect(await attempt(client(server, ada.accessToken))).toMatchObject({ reason: 'too_many_connections_of_address' })
  const handshakes = await Promise.all(Array.from({ length: 6 }, () => openHandshake(server)))
  expect(handshakes.map((status) => status === 200).filter(Boolean).length).toBeLessThan(3)
  expect(first.connected).toBe(true)
})

test('clients behind a proxy are counted by the address that the proxy names', async () => {
  const server = await startNode({ trustProxy: 1, costLimits: { ...COST_LIMITS, connectionsPerAddress: 1 } })
  const ada = await person(server, 'ada')
  const from = (address: string) => client(server, ada.accessToken, { 'x-forwarded-for': address })
  expect(await attempt(from('192.0.2.1'))).toBeUndefined()
  expect(await attempt(from('198.51.100.9, 192.0.2.2'))).toBeUndefined()
  expect(await attempt(from('198.51.100.8, 192.0.2.2'))).toMatchObject({ reason: 'too_many_connections_of_address' })
})

test('a connection that does not read is cut when too many bytes wait for it', async () => {
  const server = await startNode({
    messagesPerMinute: 1_000_000,
    costLimits: { ...COST_LIMITS, waitingBytesPerConnection: 100_000 },
  })
  const { cut, healthy, writer } = await stalled(server)
  expect(await cut).toBe(true)
  expect(healthy.connected).toBe(true)
  expect(writer.connected).toBe(true)
})

test('the connections with most bytes are cut when too many bytes wait for all together', async () => {
  const server = await startNode({
    messagesPerMinute: 1_000_000,
    costLimits: { ...COST_LIMITS, waitingBytesPerConnection: Number.MAX_SAFE_INTEGER, waitingBytes: 100_000 },
  })
  const { cut, healthy, writer } = await stalled(server)
  expect(await cut).toBe(true)
  expect(healthy.connected).toBe(true)
  expect(writer.connected).toBe(true)
})

test('a request whose answer is not read is cut when too many bytes wait for all together', async () => {
  const server = await startNode({
    messagesPerMinute: 1_000_000,
    costLimits: { ...COST_LIMITS, waitingBytes: 100_000 },
  })
  const ada = await person(server, 'ada')
  const socket = await ada.connect()
  const { conversationId } = await say(socket, ada)
  await Promise.all(Array.from({ length: 40 }, () => say(socket, ada)))
  const path = `/api/messages/${conversationId}?limit=100`
  const ask = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ada.accessToken}\r\n\r\n`
  const slow = connectTcp({ port: Number(new URL(server.url).port), host: '127.0.0.1' })
  slow.pause()
  const closed = new Promise<boolean>((resolve) => slow.once('close', () => resolve(true)))
  slow.on('error', () => {})
  // Each write is a request with an answer of more than a megabyte; the writes fail when the server has cut the connection.
  const asks = setInterval(() => slow.write(ask), 5)
  expect(await closed).toBe(true)
  clearInterval(asks)
  expect((await ada.get(path)).body.items).toHaveLength(41)
}, 60_000)

/** Connects. Returns the problem of a refused handshake, else undefined. */
function attempt(socket: ClientSocket): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(undefined))
    socket.once('connect_error', (error) => resolve((error as Error & { data: Problem }).data))
    socket.connect()
  })
}

/** Opens a connection of Engine.IO only. */
async function openHandshake({ url }: Pick<TestServer, 'url'>): Promise<number> {
  const { status } = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
  return status
}

const say = (socket: ClientSocket, to: Pick<Person, 'id'>) =>
  request(socket, 'sendMessage', { receiverId: to.id, text: FACES, clientMessageId: newId() })

/**
 * Grace has a connection that reads nothing. Ada writes to her until the server has cut it, which Eve sees as Grace
 * going offline.
 */
async function stalled(server: TestServer) {
  const [ada, grace, eve] = [await person(server, 'ada'), await person(server, 'grace'), await person(server, 'eve')]
  const [writer, slow, healthy] = [await ada.connect(), await grace.connect(), await eve.connect()]
  const { transport } = slow.io.engine as unknown as { transport: { ws: { _socket: { pause(): void } } } }
  transport.ws._socket.pause()
  const state = { isCut: false }
  const cut = next(healthy, 'presenceChanged', ({ offline }) => offline.includes(grace.id)).then(
    () => (state.isCut = true),
  )
  const input = () => ({ receiverId: grace.id, text: FACES, clientMessageId: newId() })
  while (!state.isCut) await Promise.all(Array.from({ length: 10 }, () => ada.post('/api/messages', input())))
  return { cut, healthy, writer }
}
