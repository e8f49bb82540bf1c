import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { redisBus } from '../../src/cluster/redis.bus.ts'
import { createInstrumentation } from '../../src/lib/instrumentation.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { formatTable, type Row, type Sides } from '../table.ts'

export interface BusBench {
  rounds: number
  messages: number
  redisUrl: string
  /** Receives a line about the progress. */
  progress(line: string): void
}

type Way = 'bus' | 'pubsub'

/** A way for messages from one node to another. */
interface Broker {
  name: Way
  publish(text: string): void
  /** Resolves when this many messages have arrived since the last call. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

const SIDES: Sides<Way> = { judged: 'bus', base: 'pubsub', titles: ['the bus', 'pub/sub'] }
/** The most messages in flight. */
const AHEAD = 200
/** About the size of a message on the bus. */
const TEXT = JSON.stringify([
  'newMessage',
  [
    {
      id: 'i'.repeat(24),
      conversationId: 'c'.repeat(24),
      text: 'x'.repeat(80),
      seq: 1,
      rev: 1,
      senderId: 's'.repeat(24),
    },
  ],
])

/**
 * Compares the bus with Redis pub/sub, with one publish for each message, as the adapters of Socket.IO do. Both ends are
 * in this process. Returns a table.
 */
export async function measureBus({ rounds, messages, redisUrl, progress }: BusBench): Promise<string> {
  const brokers = [await overBus(redisUrl), await overPubSub(redisUrl)]
  const rows: Row<Way>[] = []
  try {
    for (const atOnce of [1, 20]) {
      const samples: Record<Way, number[]> = { bus: [], pubsub: [] }
      for (let round = 0; round < rounds; round += 1) {
        for (const broker of brokers) {
          const spent = await cost(broker, messages, atOnce)
          progress(`${broker.name}, ${atOnce} in a turn: ${spent.toFixed(1)} us`)
          if (round > 0 || rounds === 1) samples[broker.name].push(spent)
        }
      }
      rows.push({ name: `processor time, ${atOnce} told in a turn of the event loop`, unit: 'us', samples })
    }
  } finally {
    await Promise.all(brokers.map((broker) => broker.close()))
  }
  return formatTable(rows, SIDES)
}

/** Returns microseconds of both ends for one message. @param messages a multiple of `AHEAD`, which is one of `atOnce` */
async function cost(broker: Broker, messages: number, atOnce: number): Promise<number> {
  const before = process.cpuUsage()
  for (let sent = 0; sent < messages; sent += atOnce) {
    for (let index = 0; index < atOnce; index += 1) broker.publish(TEXT)
    // The messages of a turn are sent before the next turn, like messages of many connections.
    if ((sent + atOnce) % AHEAD === 0) await broker.received(AHEAD)
    else await turn()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / messages
}

async function overBus(url: string): Promise<Broker> {
  const [logger, stream] = [createLogger('warn'), `bench:${randomUUID()}`]
  const open = () => redisBus(url, stream, logger, createInstrumentation())
  const [sender, receiver] = [await open(), await open()]
  const count = counter()
  receiver.subscribe('deliver', count.one)
  return {
    name: 'bus',
    publish: (text) => sender.publish('deliver', ['say', [text]]),
    received: count.reaches,
    async close() {
      await Promise.all([sender.close(), receiver.close()])
    },
  }
}

async function overPubSub(url: string): Promise<Broker> {
  const channel = `bench:${randomUUID()}`
  const [sender, receiver] = [createClient({ url }), createClient({ url })]
  await Promise.all([sender.connect(), receiver.connect()])
  const count = counter()
  await receiver.subscribe(channel, (text) => {
    JSON.parse(text)
    count.one()
  })
  return {
    name: 'pubsub',
    publish: (text) => void sender.publish(channel, JSON.stringify(['deliver', ['say', [text]]])),
    received: count.reaches,
    async close() {
      await Promise.all([sender.close(), receiver.close()])
    },
  }
}

function counter(): { one: () => void; reaches: (count: number) => Promise<void> } {
  let received = 0
  let wanted: { count: number; resolve: () => void } | null = null
  const look = () => {
    if (!wanted || received < wanted.count) return
    received -= wanted.count
    wanted.resolve()
    wanted = null
  }
  return {
    one() {
      received += 1
      look()
    },
    reaches: (count) =>
      new Promise((resolve) => {
        wanted = { count, resolve }
        look()
      }),
  }
}
