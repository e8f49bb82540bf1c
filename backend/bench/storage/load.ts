import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import type { Conversation, Corpus } from './corpus.ts'

/** Latencies in milliseconds. */
export interface Latencies {
  p50: number
  p99: number
  most: number
}

const PAGE = 50
const CALLERS = 16
/** Milliseconds between two writes of a client that others may delay. */
const WRITE_EVERY_MS = 10

/** Reads the newest page of a conversation, as opening it does, or one in its middle, as scrolling does. */
export async function readPage({ Message, conversations }: Corpus, where: 'newest' | 'middle'): Promise<number> {
  const { id, lastSeq } = anyOf(conversations)
  const before = Math.floor(lastSeq / 2) + PAGE / 2
  const began = performance.now()
  const found = await Message.find({ conversationId: id, ...(where === 'middle' ? { seq: { $lt: before } } : {}) })
    .sort({ seq: -1 })
    .limit(PAGE)
    .lean()
  const took = performance.now() - began
  if (found.length !== Math.min(PAGE, where === 'middle' ? before - 1 : lastSeq))
    throw new Error(`A page of ${found.length} messages`)
  return took
}

/** Writes this many messages in all conversations, as the server does. Returns messages a second. */
export async function writeAtOnce(corpus: Corpus, count: number): Promise<number> {
  let left = count
  const began = performance.now()
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left-- > 0) await writeOne(corpus)
    }),
  )
  return count / ((performance.now() - began) / 1000)
}

/** Measures writes of one client beside full scans of another, and then writes alone for the same time. */
export async function writeBesideScan(
  corpus: Corpus,
  seconds: number,
): Promise<{ scan: number; beside: Latencies; alone: Latencies }> {
  const scans: number[] = []
  const began = performance.now()
  let scanning = true
  const scan = async () => {
    do scans.push(await scanOnce(corpus))
    while (performance.now() - began < seconds * 1000)
    scanning = false
  }
  const [beside] = await Promise.all([writeWhile(corpus, () => scanning), scan()])
  const end = performance.now() + (performance.now() - began)
  const alone = await writeWhile(corpus, () => performance.now() < end)
  return { scan: Math.min(...scans), beside, alone }
}

async function scanOnce({ Message }: Corpus): Promise<number> {
  const began = performance.now()
  const found = await Message.find({ text: 'a text that no message has' }).lean()
  if (found.length > 0) throw new Error('A scan has found what is not there')
  return performance.now() - began
}

/** Writes on an open-loop schedule: the latency of a write counts from the time at which it was due. */
async function writeWhile(corpus: Corpus, goesOn: () => boolean): Promise<Latencies> {
  const latencies: number[] = []
  const writes: Promise<void>[] = []
  const begin = performance.now()
  for (let due = begin; goesOn(); due += WRITE_EVERY_MS) {
    const ahead = due - performance.now()
    if (ahead > 0) await sleep(ahead)
    writes.push(writeOne(corpus).then(() => void latencies.push(performance.now() - due)))
  }
  await Promise.all(writes)
  return summaryOf(latencies)
}

export function summaryOf(latencies: readonly number[]): Latencies {
  const sorted = Float64Array.from(latencies).sort()
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), most: percentile(sorted, 1) }
}

async function writeOne(corpus: Corpus): Promise<void> {
  await corpus.Message.collection.insertMany([corpus.next(anyOf(corpus.conversations))], { ordered: true })
}

function anyOf(conversations: readonly Conversation[]): Conversation {
  const chosen = conversations[Math.floor(Math.random() * conversations.length)]
  if (!chosen) throw new Error('There is no conversation')
  return chosen
}
