import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import { createEar, type Bus, type Topic, type Topics } from './cluster.bus.ts'
import { connectRedis } from './redis.client.ts'

/** Nobody waits for the bus, and what is told to a Redis that only stands still arrives. */
const SILENT_MS = 15_000
/** The stream keeps about so many entries for nodes that were cut off; each holds all that a node told within one turn of its event loop. */
const KEPT = 20_000
/** A read waits so long for something new, which is less than what counts as a silent connection. */
const WAIT_MS = SILENT_MS / 3
const READ_AT_ONCE = 200
/** What is told while Redis is away is kept up to here: the memory it may take. Beyond it there is a gap. */
const UNSENT_MAX = 20_000
const AGAIN_MS = 100

/** Some of what was told is missing. */
const GAP = 'gap'
type Told = [topic: Topic | typeof GAP, body: Topics[Topic]]

/**
 * The bus as one Redis stream, which every node reads from where it was (https://redis.io/docs/latest/develop/data-types/streams/): a
 * node that was cut off for a moment hears what it missed, which pub/sub could not give it.
 */
export async function redisBus(
  url: string,
  stream: string,
  logger: Logger,
  { busPublished, busReceived, busGap }: Pick<Instrumentation, 'busPublished' | 'busReceived' | 'busGap'>,
): Promise<Bus> {
  const nodeId = `${hostname()}-${randomUUID().slice(0, 8)}`
  const ear = createEar(logger)
  // A read that waits would hold up all that is told on the same connection.
  const [writer, reader] = await Promise.all([
    connectRedis(url, SILENT_MS, logger),
    connectRedis(url, SILENT_MS, logger),
  ])
  let toldThisTurn: Told[] = []
  let unsent = 0
  /** Something told here was not taken by Redis: the others do not know what they miss. */
  let hasUntold = false
  const gapListeners: (() => void)[] = []
  const end = new AbortController()

  function onGap(): void {
    if (busGap.hasSubscribers) busGap.publish({})
    for (const listener of gapListeners) listener()
  }

  const add = (told: Told[]): Promise<string> =>
    writer.xAdd(
      stream,
      '*',
      { node: nodeId, told: JSON.stringify(told) },
      { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: KEPT } },
    )

  function tell(topic: Told[0], body: Told[1]): void {
    if (unsent >= UNSENT_MAX) {
      hasUntold = true
      return
    }
    unsent += 1
    if (toldThisTurn.push([topic, body]) === 1) setImmediate(send)
  }

  function send(): void {
    const told = toldThisTurn
    toldThisTurn = []
    add(told)
      .catch(() => {
        hasUntold = true
      })
      .finally(() => {
        unsent -= told.length
        if (hasUntold && writer.isReady) admitGap()
      })
  }

  function admitGap(): void {
    hasUntold = false
    tell(GAP, null)
  }
  writer.on('ready', () => {
    if (hasUntold) admitGap()
  })

  let heard = await add([])

  /** Where the last entry that was heard is still there, nothing after it has gone either: neither trimmed nor lost with Redis's memory. */
  async function catchUp(): Promise<void> {
    const last = await reader.xRange(stream, heard, heard)
    if (last && last.length > 0) return
    heard = await add([])
    onGap()
  }

  async function listen(): Promise<void> {
    let mayHaveMissed = false
    while (!end.signal.aborted) {
      try {
        if (mayHaveMissed) await catchUp()
        mayHaveMissed = false
        const streams = await reader.xRead({ key: stream, id: heard }, { BLOCK: WAIT_MS, COUNT: READ_AT_ONCE })
        for (const { id, message } of streams?.flatMap(({ messages }) => messages) ?? []) {
          heard = id
          take(message)
        }
      } catch (error) {
        if (end.signal.aborted) return
        logger.debug({ err: error }, 'the bus could not be read')
        mayHaveMissed = true
        await pause(AGAIN_MS)
      }
    }
  }

  function take({ node = '', told = '[]' }: Record<string, string>): void {
    if (node === nodeId) return
    const heardNow: Told[] = JSON.parse(told)
    for (const [topic, body] of heardNow) {
      if (topic === GAP) onGap()
      else {
        if (busReceived.hasSubscribers) busReceived.publish({ topic })
        ear.take(node, topic, body)
      }
    }
  }

  const listening = listen()
  return {
    nodeId,
    tell(topic, body) {
      if (busPublished.hasSubscribers) busPublished.publish({ topic })
      tell(topic, body)
    },
    hear: ear.hear,
    onGap: (listener) => void gapListeners.push(listener),
    isConnected: () => writer.isReady && reader.isReady,
    async close() {
      end.abort()
      reader.destroy()
      if (writer.isReady) await writer.close()
      else writer.destroy()
      await listening
    },
  }
}
