import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { connect, emit, newId, person, request, type ClientSocket, type Person } from '../helpers/people.ts'
import { startProcess } from '../helpers/serverProcess.ts'

/*
 * One user floods the server; the acknowledgements of others are measured in the same run, in turns with and without the flood. A median
 * of many is compared, and some milliseconds are added: the tests share two processors with the server and with the flood itself.
 */

const ROUNDS = 4
const SAMPLES = 25
const NOISE_MS = 15

interface Attack {
  server: { url: string }
  eve: Person
  sockets: ClientSocket[]
  /** Conversations of the attacker. */
  conversationIds: string[]
}

/** Starts a flood, and returns the function that ends it. */
type Flood = (attack: Attack) => () => Promise<unknown>

/** Repeats a request, `atOnce` at a time on each connection, until the server closes it. */
function repeat(
  sockets: ClientSocket[],
  atOnce: number,
  act: (socket: ClientSocket) => Promise<unknown>,
): () => Promise<unknown> {
  const state = { isOver: false }
  const all = sockets.flatMap((socket) =>
    Array.from({ length: atOnce }, async () => {
      const closed = new Promise((resolve) => socket.once('disconnect', resolve))
      while (!state.isOver && socket.connected) await Promise.race([act(socket), closed])
    }),
  )
  return () => {
    state.isOver = true
    return Promise.all(all)
  }
}

/** Repeats a request of REST, `atOnce` at a time, in a thread of its own: its work would delay what is measured here. */
function repeatRequest(url: string, init: object, atOnce: number): () => Promise<unknown> {
  const code = `
    const { workerData: { url, init, atOnce } } = require('node:worker_threads')
    const next = () => ({ ...init, ...(init.body && { body: init.body.replace('NAME', 'n' + Math.random()) }) })
    for (let index = 0; index < atOnce; index += 1)
      void (async () => { for (;;) await fetch(url, next()).then((answer) => answer.text(), () => {}) })()`
  const worker = new Worker(code, { eval: true, workerData: { url, init, atOnce } })
  return () => worker.terminate()
}

const bearer = ({ accessToken }: Person) => ({ authorization: `Bearer ${accessToken}` })

const FLOODS: Readonly<Record<string, Flood>> = {
  'marking 200 conversations as delivered': ({ sockets, conversationIds }) => {
    const items = Array.from({ length: 200 }, (_, index) => ({
      conversationId: conversationIds[index % conversationIds.length],
      seq: 1,
    }))
    return repeat(sockets, 30, (socket) => emit(socket, 'markDelivered', { items }))
  },
  typing: ({ sockets, conversationIds: [conversationId = ''] }) =>
    repeat(sockets, 1, async (socket) => {
      for (let index = 0; index < 100; index += 1) socket.emit('typing', { conversationId, isTyping: true })
      await emit(socket, 'markRead', { conversationId, seq: 1 })
    }),
  'reading the whole history': ({ server, eve, conversationIds: [conversationId = ''] }) =>
    repeatRequest(`${server.url}/api/messages/${conversationId}?limit=100`, { headers: bearer(eve) }, 60),
  syncing: ({ sockets }) => repeat(sockets, 30, (socket) => emit(socket, 'sync', { since: null, held: {} })),
  searching: ({ server, eve }) => repeatRequest(`${server.url}/api/users?search=a`, { headers: bearer(eve) }, 60),
  'signing in with wrong passwords': ({ server }) =>
    repeatRequest(
      `${server.url}/api/auth/login`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'NAME', password: 'wrong' }),
      },
      18,
    ),
}

test.each(Object.entries(FLOODS))(
  'while one user is %s, others wait at most twice as long',
  async (_name, flood) => {
    const process = await startProcess({ BCRYPT_COST: '8' })
    const server = { url: `http://127.0.0.1:${process.port}` }
    const [ada, ben, eve] = [await person(server, 'ada'), await person(server, 'ben'), await person(server, 'eve')]
    const conversationIds: string[] = []
    for (let index = 0; index < 10; index += 1) {
      const friend = await person(server, `friend${index}`)
      const input = { receiverId: eve.id, text: 'Hello', clientMessageId: newId() }
      const { body } = await friend.post('/api/messages', input)
      conversationIds.push(body.conversationId)
    }
    const [writer] = [await ada.connect(), await ben.connect()]
    const sockets = await Promise.all([1, 2, 3].map(() => connect(server, eve.accessToken)))
    const measure = async (): Promise<number[]> => {
      const times: number[] = []
      for (let index = 0; index < SAMPLES; index += 1) {
        const begun = performance.now()
        await request(writer, 'sendMessage', { receiverId: ben.id, text: 'Hello', clientMessageId: newId() })
        times.push(performance.now() - begun)
      }
      return times
    }
    await measure()
    const [calm, flooded]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      calm.push(...(await measure()))
      const stop = flood({ server, eve, sockets: sockets.filter(({ connected }) => connected), conversationIds })
      flooded.push(...(await measure()))
      await stop()
    }
    const [before, during] = [median(calm), median(flooded)]
    expect(during).toBeLessThan(2 * before + NOISE_MS)
  },
  120_000,
)

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('connections that read nothing do not fill the memory, and others chat meanwhile', async () => {
  // With a copy of each packet for each connection, and no limit, the heap is gone in seconds.
  const process = await startProcess({ NODE_OPTIONS: '--max-old-space-size=256' })
  const server = { url: `http://127.0.0.1:${process.port}` }
  const [ada, eve] = [await person(server, 'ada'), await person(server, 'eve')]
  const writers = await Promise.all(['anna', 'bert', 'carl', 'dora'].map((name) => person(server, name)))
  const stalled = await Promise.all(Array.from({ length: 50 }, () => connect(server, eve.accessToken)))
  for (const socket of stalled) pause(socket)
  const text = '😀'.repeat(8000)
  let most = 0
  await Promise.all(
    writers.map(async (writer) => {
      const socket = await writer.connect()
      for (let round = 0; round < 30; round += 1) {
        await Promise.all(
          Array.from({ length: 8 }, () =>
            request(socket, 'sendMessage', { receiverId: eve.id, text, clientMessageId: newId() }),
          ),
        )
        most = Math.max(most, residentBytes(process.child.pid ?? 0))
      }
    }),
  )
  // 960 messages of 32 KB for 50 connections are 1.5 GB.
  expect(most).toBeLessThan(512 * 1024 * 1024)
  const own = await ada.connect()
  expect(
    await request(own, 'sendMessage', { receiverId: eve.id, text: 'Hello', clientMessageId: newId() }),
  ).toMatchObject({ seq: 1 })
}, 180_000)

/** Stops reading what the server sends on a connection. */
function pause(socket: ClientSocket): void {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: { pause(): void } } } }
  transport.ws._socket.pause()
}

/** The memory that a process holds (Linux). */
function residentBytes(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')
  return Number(pages) * 4096
}
