import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import { createDispatcher, type Bus, type Topic, type Topics } from './cluster.bus.ts'
import { connectRedis } from './redis.client.ts'

/** No request waits for the bus, and messages for a Redis that only stalls still arrive. */
const SILENT_MS = 15_000
/**
 * Entries that the stream keeps for nodes that were cut off. One entry holds all messages of one turn of a node's event
 * loop.
 */
const STREAM_ENTRIES = 20_000
/** How long a read waits for new entries: less than the time after which a connection counts as silent. */
const READ_WAIT_MS = SILENT_MS / 3
const READ_AT_ONCE = 200
/** Messages that are kept while Redis cannot be reached, which bounds the memory. More messages are a gap. */
const UNSENT_MAX = 20_000
const RETRY_MS = 100

/** Says that messages of this node are missing. */
const GAP = 'gap'
type BusMessage = [topic: Topic | typeof GAP, body: Topics[Topic]]

/**
 * Opens the bus: one Redis stream, which every node reads from its last position
 * (https://redis.io/docs/latest/develop/data-types/streams/). So a node that was cut off for a moment receives the
 * messages it missed, which pub/sub cannot do.
 */
export async function redisBus(
  url: string,
  stream: string,
  logger: Logger,
  { busPublished, busReceived, busGap }: Pick<Instrumentation, 'busPublished' | 'busReceived' | 'busGap'>,
): Promise<Bus> {
  const nodeId = `${hostname()}-${randomUUID().slice(0, 8)}`
  const dispatcher = createDispatcher(logger)
  // Two connections: a waiting read would hold up the messages to send on the same one.
  const [writer, reader] = await Promise.all([
    connectRedis(url, SILENT_MS, logger),
    connectRedis(url, SILENT_MS, logger),
  ])
  let outbox: BusMessage[] = []
  let unsent = 0
  /** Redis did not take a message of this node: the other nodes do not know that they miss it. */
  let hasLost = false
  const gapListeners: (() => void)[] = []
  const end = new AbortController()

  function onGap(): void {
    if (busGap.hasSubscribers) busGap.publish({})
    for (const listener of gapListeners) listener()
  }

  const add = (messages: BusMessage[]): Promise<string> =>
    writer.xAdd(
      stream,
      '*',
      { node: nodeId, told: JSON.stringify(messages) },
      { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: STREAM_ENTRIES } },
    )

  function enqueue(topic: BusMessage[0], body: BusMessage[1]): void {
    if (unsent >= UNSENT_MAX) {
      hasLost = true
      return
    }
    unsent += 1
    if (outbox.push([topic, body]) === 1) setImmediate(send)
  }

  function send(): void {
    const messages = outbox
    outbox = []
    add(messages)
      .catch(() => {
        hasLost = true
      })
      .finally(() => {
        unsent -= messages.length
        if (hasLost && writer.isReady) publishGap()
      })
  }

  function publishGap(): void {
    hasLost = false
    enqueue(GAP, null)
  }
  writer.on('ready', () => {
    if (hasLost) publishGap()
  })

  let position = await add([])

  /** Checks the last entry that was read: while it exists, no later entry was trimmed or lost with Redis's memory. */
  async function checkForGap(): Promise<void> {
    const last = await reader.xRange(stream, position, position)
    if (last && last.length > 0) return
    position = await add([])
    onGap()
  }

  async function read(): Promise<void> {
    let mayHaveMissed = false
    while (!end.signal.aborted) {
      try {
        if (mayHaveMissed) await checkForGap()
        mayHaveMissed = false
        const streams = await reader.xRead({ key: stream, id: position }, { BLOCK: READ_WAIT_MS, COUNT: READ_AT_ONCE })
        for (const { id, message } of streams?.flatMap(({ messages }) => messages) ?? []) {
          position = id
          receive(message)
        }
      } catch (error) {
        if (end.signal.aborted) return
        logger.debug({ err: error }, 'the bus could not be read')
        mayHaveMissed = true
        await sleep(RETRY_MS)
      }
    }
  }

  function receive({ node = '', told = '[]' }: Record<string, string>): void {
    if (node === nodeId) return
    const messages: BusMessage[] = JSON.parse(told)
    for (const [topic, body] of messages) {
      if (topic === GAP) onGap()
      else {
        if (busReceived.hasSubscribers) busReceived.publish({ topic })
        dispatcher.dispatch(node, topic, body)
      }
    }
  }

  const reading = read()
  return {
    nodeId,
    publish(topic, body) {
      if (busPublished.hasSubscribers) busPublished.publish({ topic })
      enqueue(topic, body)
    },
    subscribe: dispatcher.subscribe,
    onGap: (listener) => void gapListeners.push(listener),
    isConnected: () => writer.isReady && reader.isReady,
    async close() {
      end.abort()
      reader.destroy()
      if (writer.isReady) await writer.close()
      else writer.destroy()
      await reading
    },
  }
}
