import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  connect,
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  type RecoveringChannelModel,
} from 'amqplib'
import type { Logger } from '../lib/logger.ts'
import type { Carrier, Takers } from './job.broker.ts'

export interface RabbitPlace {
  url: string
  /** Of every queue: several Parleys may share one RabbitMQ. */
  prefix: string
}

/** Without a confirmation for so long a message counts as lost. */
const CONFIRM_MS = 3000
const CONNECT_MS = 5000
/** Two of them without a sign, and the connection counts as lost. */
const HEARTBEAT_SECONDS = 10
const RECONNECT = { initialDelay: 200, maxDelay: 15_000, jitter: 0.5 }
/** The database did not answer, so that what became of a job could not be kept. */
const AGAIN_MS = 2000
/** For telling RabbitMQ what became of jobs that have just ended. */
const LAST_WORDS_MS = 1000

/**
 * A durable queue for each kind, of the type that is the default there: on a single RabbitMQ of version 3.10 quorum queues may stay without a
 * leader after it was killed. There are none for retries and dead letters: those are rows of the database.
 */
export function rabbitCarrier({ url, prefix }: RabbitPlace, logger: Logger): Carrier {
  const queueOf = (kind: string) => `${prefix}.${kind}`
  let connection: RecoveringChannelModel | undefined
  let publisher: ConfirmChannel | undefined
  let consumer: { channel: Channel; tags: string[] } | undefined
  const openChannels = new Set<Channel>()
  const returned = new Set<string>()
  const settling = new Set<Promise<void>>()
  let isBlocked = false
  let isPaused = false

  async function prepare(model: ChannelModel, { kinds, atOnce, take }: Takers): Promise<void> {
    // The library listens when this is done. Lost before, it would be an error that nobody hears, which ends the process.
    model.on('error', () => {})
    const sending = await model.createConfirmChannel()
    const taking = await model.createChannel()
    for (const channel of [sending, taking]) lookAfter(channel, model)
    // Told before it is confirmed: its queue is not there. Such a message is nowhere.
    sending.on('return', ({ properties }) => returned.add(String(properties.messageId)))
    await taking.prefetch(atOnce)
    const tags: string[] = []
    for (const kind of kinds) {
      await taking.assertQueue(queueOf(kind), { durable: true })
      const { consumerTag } = await taking.consume(queueOf(kind), (message) => {
        // Null: somebody has deleted the queue. Connecting anew declares it again.
        if (message) track(settle(taking, message, () => take(message.content.toString())))
        else drop(model)
      })
      tags.push(consumerTag)
    }
    publisher = sending
    consumer = { channel: taking, tags }
    isBlocked = false
  }

  /** A channel that closes by itself is not opened again by the library: the whole connection is. */
  function lookAfter(channel: Channel, model: ChannelModel): void {
    openChannels.add(channel)
    channel.on('error', (error) => logger.warn({ err: error }, 'a channel to RabbitMQ was closed'))
    channel.on('close', () => {
      openChannels.delete(channel)
      if (!isPaused) drop(model)
    })
  }

  function drop(model: ChannelModel): void {
    publisher = undefined
    consumer = undefined
    // It may be closing already.
    new Promise((resolve) => resolve(model.close())).catch(() => {})
  }

  function track(work: Promise<void>): void {
    const ending = work.finally(() => settling.delete(ending))
    settling.add(ending)
  }

  /** Never put back into the queue from here, which would come again at once, and again: what goes back does so when the connection closes. */
  async function settle(channel: Channel, message: ConsumeMessage, work: () => Promise<void>): Promise<void> {
    while (openChannels.has(channel)) {
      try {
        await work()
        break
      } catch (error) {
        if (isPaused) return
        logger.warn(
          { err: error, queue: message.fields.routingKey },
          'a job from RabbitMQ could not be settled, it will be tried again',
        )
        await sleep(AGAIN_MS)
      }
    }
    if (openChannels.has(channel)) channel.ack(message)
  }

  return {
    isConnected: () => publisher !== undefined && !isBlocked,

    send(kind, row) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('RabbitMQ did not confirm in time')), CONFIRM_MS)
        const messageId = randomUUID()
        const settled = (error: unknown) => {
          clearTimeout(timer)
          if (returned.delete(messageId)) reject(new Error(`RabbitMQ has no queue for ${kind}`))
          else if (error) reject(error instanceof Error ? error : new Error('RabbitMQ refused a message'))
          else resolve()
        }
        if (!publisher) {
          settled(new Error('RabbitMQ is not connected'))
          return
        }
        const options = { persistent: true, mandatory: true, messageId }
        publisher.sendToQueue(queueOf(kind), Buffer.from(row), options, settled)
      })
    },

    async queued(kind) {
      const found = await consumer?.channel.checkQueue(queueOf(kind)).catch(() => undefined)
      return found?.messageCount ?? 0
    },

    async start(takers) {
      const setup = (model: ChannelModel) => prepare(model, takers)
      connection = await connect(withHeartbeat(url), {
        timeout: CONNECT_MS,
        keepAlive: true,
        recovery: { ...RECONNECT, waitForConnect: false, setup },
      })
      connection.on('connect', () => logger.info('RabbitMQ is connected'))
      connection.on('connect-failed', (error) =>
        logger.warn({ err: error }, 'RabbitMQ cannot be reached, the database has the jobs'),
      )
      connection.on('disconnect', (error) => {
        publisher = undefined
        consumer = undefined
        logger.warn({ err: error }, 'RabbitMQ is gone, the database has the jobs')
      })
      connection.on('blocked', (reason) => {
        isBlocked = true
        logger.warn({ reason }, 'RabbitMQ takes nothing, the database has the jobs')
      })
      connection.on('unblocked', () => (isBlocked = false))
      connection.on('error', (error) => logger.warn({ err: error }, 'the connection to RabbitMQ failed'))
    },

    async pause() {
      isPaused = true
      const { channel, tags } = consumer ?? { tags: [] }
      for (const tag of tags) await channel?.cancel(tag).catch(() => {})
    },

    async close() {
      await Promise.race([Promise.allSettled(settling), sleep(LAST_WORDS_MS, undefined, { ref: false })])
      // Resolves when RabbitMQ has heard all that was said before.
      await consumer?.channel.close().catch(() => {})
      publisher = undefined
      consumer = undefined
      await connection?.close()
    },
  }
}

function withHeartbeat(url: string): string {
  const address = new URL(url)
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS))
  return address.href
}
