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
  /** A line for whoever waits. */
  progress(line: string): void
}

type Way = 'bus' | 'pubsub'

/** A line from one node to another. */
interface Carrier {
  name: Way
  say(text: string): void
  /** Resolves when so many have been heard since the last time. */
  heard(count: number): Promise<void>
  close(): Promise<void>
}

const SIDES: Sides<Way> = { judged: 'bus', base: 'pubsub', titles: ['the bus', 'pub/sub'] }
/** So many at most are under way. */
const AHEAD = 200
/** About what a message is, told to others. */
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

/** Compares the bus with Redis' pub/sub, one message each, as adapters of Socket.IO use it: both ends in this process. Returns a table. */
export async function measureBus({ rounds, messages, redisUrl, progress }: BusBench): Promise<string> {
  const carriers = [await overBus(redisUrl), await overPubSub(redisUrl)]
  const rows: Row<Way>[] = []
  try {
    for (const atOnce of [1, 20]) {
      const samples: Record<Way, number[]> = { bus: [], pubsub: [] }
      for (let round = 0; round < rounds; round += 1) {
        for (const carrier of carriers) {
          const spent = await cost(carrier, messages, atOnce)
          progress(`${carrier.name}, ${atOnce} in a turn: ${spent.toFixed(1)} us`)
          if (round > 0 || rounds === 1) samples[carrier.name].push(spent)
        }
      }
      rows.push({ name: `processor time, ${atOnce} told in a turn of the event loop`, unit: 'us', samples })
    }
  } finally {
    await Promise.all(carriers.map((carrier) => carrier.close()))
  }
  return formatTable(rows, SIDES)
}

/** Microseconds of both ends for one. @param messages a multiple of `AHEAD`, as that is of `atOnce` */
async function cost(carrier: Carrier, messages: number, atOnce: number): Promise<number> {
  const before = process.cpuUsage()
  for (let told = 0; told < messages; told += atOnce) {
    for (let index = 0; index < atOnce; index += 1) carrier.say(TEXT)
    // Each turn's are on their way before the next, as when they come from many connections.
    if ((told + atOnce) % AHEAD === 0) await carrier.heard(AHEAD)
    else await turn()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / messages
}

async function overBus(url: string): Promise<Carrier> {
  const [logger, stream] = [createLogger('warn'), `bench:${randomUUID()}`]
  const open = () => redisBus(url, stream, logger, createInstrumentation())
  const [teller, hearer] = [await open(), await open()]
  const count = counter()
  hearer.subscribe('deliver', count.one)
  return {
    name: 'bus',
    say: (text) => teller.publish('deliver', ['say', [text]]),
    heard: count.reaches,
    async close() {
      await Promise.all([teller.close(), hearer.close()])
    },
  }
}

async function overPubSub(url: string): Promise<Carrier> {
  const channel = `bench:${randomUUID()}`
  const [teller, hearer] = [createClient({ url }), createClient({ url })]
  await Promise.all([teller.connect(), hearer.connect()])
  const count = counter()
  await hearer.subscribe(channel, (text) => {
    JSON.parse(text)
    count.one()
  })
  return {
    name: 'pubsub',
    say: (text) => void teller.publish(channel, JSON.stringify(['deliver', ['say', [text]]])),
    heard: count.reaches,
    async close() {
      await Promise.all([teller.close(), hearer.close()])
    },
  }
}

function counter(): { one: () => void; reaches: (count: number) => Promise<void> } {
  let heard = 0
  let wanted: { count: number; resolve: () => void } | null = null
  const look = () => {
    if (!wanted || heard < wanted.count) return
    heard -= wanted.count
    wanted.resolve()
    wanted = null
  }
  return {
    one() {
      heard += 1
      look()
    },
    reaches: (count) =>
      new Promise((resolve) => {
        wanted = { count, resolve }
        look()
      }),
  }
}
