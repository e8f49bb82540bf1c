import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { atMostTwice, createBystanders, median, startSmallServer } from '../helpers/abuse.ts'
import { createGroup } from '../helpers/groups.ts'
import { connect, emit, newId, person, request, type ClientSocket, type Person } from '../helpers/people.ts'

/*
 * One user floods the server; the acknowledgements of others are measured in the same run, in turns with and without the flood. A median
 * of many is compared, and some milliseconds are added: the tests share two processors with the server and with the flood itself. The
 * server has 512 MiB of memory and 300 MiB of disk.
 */

const ROUNDS = 4
const SAMPLES = 25

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
    const server = await startSmallServer({ BCRYPT_COST: '8' })
    const bystanders = await createBystanders(server)
    const eve = await person(server, 'eve')
    const conversationIds: string[] = []
    for (let index = 0; index < 10; index += 1) {
      const friend = await person(server, `friend${index}`)
      const input = { receiverId: eve.id, text: 'Hello', clientMessageId: newId() }
      const { body } = await friend.post('/api/messages', input)
      conversationIds.push(body.conversationId)
    }
    const sockets = await Promise.all([1, 2, 3].map(() => connect(server, eve.accessToken)))
    const measure = () => bystanders.chatDuring(Promise.resolve(), SAMPLES)
    await measure()
    const [calm, flooded]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      calm.push(...(await measure()))
      const stop = flood({ server, eve, sockets: sockets.filter(({ connected }) => connected), conversationIds })
      flooded.push(...(await measure()))
      await stop()
    }
    expect(median(flooded)).toBeLessThan(atMostTwice(calm))
    await bystanders.expectNothingLost()
  },
  120_000,
)

/** Connections that read nothing. A user may have fifty. */
const STALLED = 200
const WAVES = 2

test('200 connections that read nothing do not fill the memory, and others chat meanwhile', async () => {
  // With a copy of each packet for each connection, and no limit, the heap is gone in seconds.
  const server = await startSmallServer()
  const bystanders = await createBystanders(server)
  const readers = await Promise.all(['eve', 'finn', 'gina', 'hugo'].map((name) => person(server, name)))
  const writers = await Promise.all(['anna', 'bert', 'carl', 'dora'].map((name) => person(server, name)))
  const [owner, ...others] = writers as [Person, ...Person[]]
  const { id: conversationId } = await createGroup(owner, [...others, ...readers])
  const sockets = await Promise.all(writers.map((writer) => writer.connect()))
  const text = '😀'.repeat(8000)
  let written = 0
  const write = (rounds: number) =>
    Promise.all(
      sockets.map(async (socket) => {
        for (let round = 0; round < rounds; round += 1) {
          const input = () => ({ conversationId, text, clientMessageId: newId() })
          await Promise.all(Array.from({ length: 8 }, () => request(socket, 'sendMessage', input())))
          written += 8
        }
      }),
    )
  const [calm, attacked]: [number[], number[]] = [[], []]
  for (let wave = 0; wave < WAVES; wave += 1) {
    calm.push(...(await bystanders.chatDuring(write(3))))
    // The server has cut those of the wave before.
    for (const reader of readers) {
      const stalled = Array.from({ length: STALLED / readers.length }, () => connect(server, reader.accessToken))
      for (const socket of await Promise.all(stalled)) pause(socket)
    }
    attacked.push(...(await bystanders.chatDuring(write(10))))
  }
  expect(median(attacked)).toBeLessThan(atMostTwice(calm))
  await bystanders.expectNothingLost()
  const { body } = await owner.get(`/api/messages/${conversationId}?limit=1`)
  // The group itself is the first place.
  expect(body.items[0].seq).toBeGreaterThanOrEqual(written)
}, 240_000)

/** Stops reading what the server sends on a connection. */
function pause(socket: ClientSocket): void {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: { pause(): void } } } }
  transport.ws._socket.pause()
}
