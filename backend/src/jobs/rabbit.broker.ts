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
import type { Broker, Consumer } from './job.broker.ts'

export interface RabbitConfig {
  url: string
  /** The prefix of every queue: several servers may share one RabbitMQ. */
  prefix: string
}

/** A message that is not confirmed within this time counts as lost. */
const CONFIRM_MS = 3000
const CONNECT_MS = 5000
/** After two missed heartbeats the connection counts as lost. */
const HEARTBEAT_SECONDS = 10
const RECONNECT = { initialDelay: 200, maxDelay: 15_000, jitter: 0.5 }
/** Time before a result is stored again, after the database did not answer. */
const RETRY_MS = 2000
/** How long `close` waits for the acknowledgements of jobs that have just ended. */
const SETTLE_MS = 1000

/**
 * Makes the broker. Each kind has a durable queue of the server's default type: on a single RabbitMQ 3.10, quorum
 * queues can stay without a leader after the server was killed. Retries and dead jobs need no queues, since they are
 * rows of the database.
 */
export function createRabbitBroker({ url, prefix }: RabbitConfig, logger: Logger): Broker {
  const queueOf = (kind: string) => `${prefix}.${kind}`
  let connection: RecoveringChannelModel | undefined
  let publisher: ConfirmChannel | undefined
  let consumer: { channel: Channel; tags: string[] } | undefined
  const openChannels = new Set<Channel>()
  const returned = new Set<string>()
  const settling = new Set<Promise<void>>()
  let isBlocked = false
  let isPaused = false

  async function prepare(model: ChannelModel, { kinds, atOnce, consume }: Consumer): Promise<void> {
    // The library listens only after this function. An error before that would have no listener and end the process.
    model.on('error', () => {})
    const sending = await model.createConfirmChannel()
    const receiving = await model.createChannel()
    for (const channel of [sending, receiving]) watchChannel(channel, model)
    // Comes before the confirmation when the queue does not exist. RabbitMQ has dropped the message then.
    sending.on('return', ({ properties }) => returned.add(String(properties.messageId)))
    await receiving.prefetch(atOnce)
    const tags: string[] = []
    for (const kind of kinds) {
      await receiving.assertQueue(queueOf(kind), { durable: true })
      const { consumerTag } = await receiving.consume(queueOf(kind), (message) => {
        // Null: the queue was deleted. A new connection declares it again.
        if (message) track(settle(receiving, message, () => consume(message.content.toString())))
        else drop(model)
      })
      tags.push(consumerTag)
    }
    publisher = sending
    consumer = { channel: receiving, tags }
    isBlocked = false
  }

  /** Drops the connection when a channel closes by itself: the library opens connections again, but not channels. */
  function watchChannel(channel: Channel, model: ChannelModel): void {
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
    // The connection may be closing already.
    new Promise((resolve) => resolve(model.close())).catch(() => {})
  }

  function track(work: Promise<void>): void {
    const ending = work.finally(() => settling.delete(ending))
    settling.add(ending)
  }

  /**
   * Acknowledges a message after its work. It never rejects a message, which would come again at once; unsettled ones
   * return when the connection closes.
   */
  async function settle(channel: Channel, message: ConsumeMessage, work: () => Promise<void>): Promise<void> {
    while (openChannels.has(channel)) {
      try {
        await work()
        break
      } catch (error) {
        if (isPaused) return
        logger.warn(
          { err: error, queue: message.fields.routingKey },
          'a job of RabbitMQ could not be settled and will be tried again',
        )
        await sleep(RETRY_MS)
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

    async start(jobs) {
      const setup = (model: ChannelModel) => prepare(model, jobs)
      connection = await connect(withHeartbeat(url), {
        timeout: CONNECT_MS,
        keepAlive: true,
        recovery: { ...RECONNECT, waitForConnect: false, setup },
      })
      connection.on('connect', () => logger.info('RabbitMQ is connected'))
      connection.on('connect-failed', (error) =>
        logger.warn({ err: error }, 'RabbitMQ cannot be reached, so the nodes poll the database'),
      )
      connection.on('disconnect', (error) => {
        publisher = undefined
        consumer = undefined
        logger.warn({ err: error }, 'the connection to RabbitMQ was lost, so the nodes poll the database')
      })
      connection.on('blocked', (reason) => {
        isBlocked = true
        logger.warn({ reason }, 'RabbitMQ accepts no messages, so the nodes poll the database')
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
      await Promise.race([Promise.allSettled(settling), sleep(SETTLE_MS, undefined, { ref: false })])
      // Resolves when RabbitMQ has received all acknowledgements.
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
