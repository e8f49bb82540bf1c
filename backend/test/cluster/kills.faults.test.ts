import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Message } from '../../src/contract/index.ts'
import { call, connect, newId, person, request, type ClientSocket, type Person } from '../helpers/people.ts'
import { RABBITMQ_SERVER, startRabbit } from '../jobs/rabbitServer.ts'
import { CAN_START_NODES, startNodes, type Nodes } from './nodes.ts'

const patiently = { timeout: 60_000, interval: 200 }
/** The times that the documents state. */
const PRESENCE_HEALS_MS = 20_000

describe.skipIf(!CAN_START_NODES)('of two nodes', { timeout: 180_000 }, () => {
  test('a node killed under load loses no acknowledged message, and its users go offline on the other node within twenty seconds', async () => {
    const nodes = await someNodes()
    const [ada, grace, linus] = [await person(nodes, 'ada'), await person(nodes, 'grace'), await person(nodes, 'linus')]
    const [onFirst, onSecond] = [await connectTo(nodes, 0, grace), await connectTo(nodes, 1, linus)]
    onFirst.io.reconnection(false)
    await presenceOf(onSecond, grace.id, 'online')
    const heard = record(onSecond)
    const sending = keepSending(nodes, ada, linus)
    await vi.waitFor(() => expect(sending.acknowledged.length).toBeGreaterThan(20), { timeout: 20_000 })
    const gone = presenceOf(onSecond, grace.id, 'offline')
    const killedAt = performance.now()
    await nodes.kill(0)
    await gone
    expect(performance.now() - killedAt).toBeLessThan(PRESENCE_HEALS_MS + 1000)
    await sending.stop()
    await nothingLost(linus, sending.acknowledged)
    // Messages that the dead node did not deliver come with the following sync.
    await vi.waitFor(() => expect(heard.places().at(-1)).toBe(sending.acknowledged.length), {
      timeout: 20_000,
      interval: 100,
    })
  })

  test('without Redis each node serves its own users, and the others by sync; afterwards the nodes receive messages again', async () => {
    const nodes = await someNodes()
    const [ada, grace] = [await person(nodes, 'ada'), await person(nodes, 'grace')]
    const [adaFirst, graceSecond] = [await connectTo(nodes, 0, ada), await connectTo(nodes, 1, grace)]
    const own = record(await connectTo(nodes, 0, ada))
    // Afterwards each node renews its connections, in any order.
    const [, renewed] = [renewal(adaFirst), renewal(graceSecond)]
    await nodes.redis.kill()
    await vi.waitFor(async () => expect(await readiness(nodes)).toEqual(['degraded', 'degraded']), {
      timeout: 20_000,
      interval: 200,
    })
    const first = await send(adaFirst, grace, 'Nobody carries this over')
    expect(first).toMatchObject({ seq: 1, text: 'Nobody carries this over' })
    await vi.waitFor(() => expect(own.places()).toEqual([1]))
    // Grace finds the message on the other node, and her own message gets the next place.
    const { items } = (
      await call({ url: nodes.urls[1] ?? '' }, 'GET', `/api/messages/${first.conversationId}`, grace.accessToken)
    ).body
    expect(items.map(({ text }: Message) => text)).toEqual(['Nobody carries this over'])
    expect(await send(graceSecond, ada, 'Yet here it is')).toMatchObject({ seq: 2 })
    await nodes.redis.start()
    await vi.waitFor(async () => expect(await readiness(nodes)).toEqual(['ready', 'ready']), {
      timeout: 20_000,
      interval: 200,
    })
    // The messages that were in Redis are lost with its memory, so her node renews her connection.
    await renewed
    const heard = record(graceSecond)
    await vi.waitFor(
      async () => {
        await send(adaFirst, grace, 'Are you there?')
        expect(heard.places().length).toBeGreaterThan(0)
      },
      { timeout: 20_000, interval: 500 },
    )
  })

  test('no request waits for a stalled Redis, and the messages of that time arrive when it continues', async () => {
    const nodes = await someNodes()
    const [ada, grace] = [await person(nodes, 'ada'), await person(nodes, 'grace')]
    const [adaFirst, graceSecond] = [await connectTo(nodes, 0, ada), await connectTo(nodes, 1, grace)]
    const heard = record(graceSecond)
    nodes.redis.freeze()
    const began = performance.now()
    for (let index = 0; index < 5; index += 1) await send(adaFirst, grace, `No. ${index}`)
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(heard.places()).toEqual([])
    nodes.redis.thaw()
    await vi.waitFor(() => expect(heard.places()).toEqual([1, 2, 3, 4, 5]), { timeout: 20_000 })
  })

  test.skipIf(RABBITMQ_SERVER === undefined)(
    'when the queue and a node are killed, a scheduled broadcast is sent once to every user',
    async () => {
      const rabbit = await startRabbit()
      onTestFinished(rabbit.close)
      const nodes = await someNodes({ AMQP_URL: rabbit.url })
      const [admin, grace] = [await person(nodes, 'admin'), await person(nodes, 'grace')]
      const onSecond = await connectTo(nodes, 1, grace)
      const heard: string[] = []
      onSecond.on('broadcastMessage', ({ title }) => heard.push(title ?? ''))
      await broadcast(admin, 'By the queue', 0)
      await vi.waitFor(() => expect(heard).toEqual(['By the queue']), patiently)
      await broadcast(admin, 'Without it', 4000)
      await rabbit.kill()
      await nodes.kill(0)
      await vi.waitFor(
        async () =>
          expect(await (await fetch(`${nodes.urls[1]}/readyz`)).json()).toMatchObject({
            status: 'degraded',
            parts: { queue: 'down' },
          }),
        patiently,
      )
      await vi.waitFor(() => expect(heard).toEqual(['By the queue', 'Without it']), patiently)
      await rabbit.start()
      await nodes.start(0)
      await vi.waitFor(async () => expect(await readiness(nodes)).toEqual(['ready', 'ready']), patiently)
      await broadcast(admin, 'By the queue again', 0)
      await vi.waitFor(() => expect(heard).toEqual(['By the queue', 'Without it', 'By the queue again']), patiently)
    },
  )
})

/** Returns the health report of each node. */
function readiness({ urls }: Nodes): Promise<unknown[]> {
  return Promise.all(
    urls.map(async (url) => ((await (await fetch(`${url}/readyz`)).json()) as { status: unknown }).status),
  )
}

async function someNodes(variables: Record<string, string> = {}): Promise<Nodes> {
  const nodes = await startNodes(variables)
  onTestFinished(nodes.close)
  return nodes
}

function connectTo(nodes: Nodes, index: number, { accessToken }: Person): Promise<ClientSocket> {
  return connect({ url: nodes.urls[index] ?? '' }, accessToken)
}

/** Connects again when the server closes the connection; resolves when the new one is there. */
function renewal(socket: ClientSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('disconnect', () => {
      socket.connect()
      socket.once('connect', resolve)
    })
  })
}

function presenceOf(socket: ClientSocket, userId: string, state: 'online' | 'offline'): Promise<void> {
  return new Promise((resolve) => {
    socket.on('presenceChanged', (change) => {
      if (change[state].includes(userId)) resolve()
    })
    socket.on('getOnlineUsers', ({ online }) => {
      if (state === 'online' && online.includes(userId)) resolve()
    })
  })
}

/**
 * Collects the places of messages from live events and from syncs that the server requested, in their order of arrival.
 */
function record(socket: ClientSocket): { places: () => number[] } {
  const places: number[] = []
  const held: Record<string, number> = {}
  const since = new Date(Date.now() - 60_000).toISOString()
  const take = ({ conversationId, seq, rev }: Message) => {
    held[conversationId] = Math.max(held[conversationId] ?? 0, rev)
    if (!places.includes(seq)) places.push(seq)
  }
  socket.on('newMessage', take)
  socket.on('catchUp', () => {
    socket.emit('sync', { since, held }, (answer) => {
      if (answer.ok) for (const message of answer.data.messages) take(message)
    })
  })
  return { places: () => places }
}

function send(socket: ClientSocket, to: Person, text: string): Promise<Message> {
  return request(socket, 'sendMessage', { receiverId: to.id, text, clientMessageId: newId() })
}

/** Milliseconds before a message is sent. */
async function broadcast(admin: Person, title: string, delayMs: number): Promise<void> {
  const { body } = await admin.post('/api/admin/broadcasts', {
    title,
    text: 'All of you.',
    ...(delayMs > 0 && { sendAt: new Date(Date.now() + delayMs).toISOString() }),
  })
  const { status } = await admin.post(`/api/admin/broadcasts/${body.id}/send`, {})
  expect(status).toBe(200)
}

/** Sends a message through nginx, and repeats it until it is acknowledged, as the page's outbox does. */
function keepSending(nodes: Nodes, from: Person, to: Person) {
  const acknowledged: Message[] = []
  const over = new AbortController()
  const working = (async () => {
    while (!over.signal.aborted) {
      const message = { receiverId: to.id, text: `No. ${acknowledged.length + 1}`, clientMessageId: newId() }
      for (let isKept = false; !isKept;) {
        const answer = await fetch(`${nodes.url}/api/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${from.accessToken}`, 'content-type': 'application/json' },
          body: JSON.stringify(message),
        }).catch(() => null)
        isKept = answer?.status === 201
        if (isKept) acknowledged.push((await answer?.json()) as Message)
      }
    }
  })()
  return {
    acknowledged,
    async stop() {
      over.abort()
      await working
    },
  }
}

/** Checks that every acknowledged message is there once, in the order of sending, without holes. */
async function nothingLost(reader: Person, acknowledged: Message[]): Promise<void> {
  const all: Message[] = []
  for (let before: number | undefined, hasMore = true; hasMore; before = all[0]?.seq) {
    const { body } = await reader.get(
      `/api/messages/${acknowledged[0]?.conversationId}?limit=100${before === undefined ? '' : `&before=${before}`}`,
    )
    all.unshift(...body.items)
    hasMore = body.hasMore
  }
  expect(all.map(({ seq, id, text }) => ({ seq, id, text }))).toEqual(
    acknowledged.map(({ seq, id, text }) => ({ seq, id, text })),
  )
  expect(all.map(({ seq, text }) => [seq, text])).toEqual(all.map((_, index) => [index + 1, `No. ${index + 1}`]))
}
