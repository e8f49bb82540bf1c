import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { send } from '../broadcasts/helpers.ts'
import { messagesOf } from '../helpers/groups.ts'
import { person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { newPlace, openHouse, type Place } from './house.ts'
import { RABBITMQ_SERVER, startRabbit, type RabbitServer } from './rabbitServer.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

describe.skipIf(RABBITMQ_SERVER === undefined)('jobs by way of RabbitMQ (RABBITMQ_SERVER)', { timeout: 90_000 }, () => {
  let rabbit: RabbitServer
  beforeAll(async () => (rabbit = await startRabbit()), 120_000)
  afterAll(() => rabbit.close())

  test('no job is lost when RabbitMQ is killed, and jobs go on meanwhile', async () => {
    const here = await openHouse(await newPlace(null, rabbit.url))
    const events = new EventEmitter()
    const [begun, go] = [once(events, 'begun'), once(events, 'go')]
    const done: string[] = []
    const note = async ({ text }: { text: string }) => {
      if (text === 'first') {
        events.emit('begun')
        await go
      }
      done.push(text)
    }
    const node = await here.started(here.node({ note }, { atOnce: 1, dispatchedMs: 20_000 }))
    await node.add('note', { text: 'first' })
    await begun
    const texts = Array.from({ length: 100 }, (_, index) => `note ${index}`)
    await Promise.all(texts.map((text) => node.add('note', { text })))
    await expect.poll(() => node.stats(), PATIENCE).toMatchObject({ note: { waiting: 100, queued: 100, running: 1 } })
    await rabbit.kill()
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(false)
    await node.add('note', { text: 'meanwhile' })
    events.emit('go')
    await expect.poll(() => done, PATIENCE).toEqual(['first', 'meanwhile'])
    await rabbit.start()
    await expect
      .poll(() => done.toSorted(), { ...PATIENCE, timeout: 60_000 })
      .toEqual(['first', 'meanwhile', ...texts].toSorted())
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(true)
    await expect.poll(() => here.Job.countDocuments(), PATIENCE).toBe(0)
  })

  test('a node starts without RabbitMQ, and uses it when it is available', async () => {
    const here = await openHouse(await newPlace(null, rabbit.url))
    await rabbit.kill()
    const done: string[] = []
    const node = here.node({ note: async ({ text }) => void done.push(text) })
    await node.start()
    expect(node.isConnected()).toBe(false)
    await node.add('note', { text: 'without' })
    await expect.poll(() => done, PATIENCE).toEqual(['without'])
    await rabbit.start()
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(true)
    await node.add('note', { text: 'with' }, { id: 'a', at: new Date(Date.now() + 200) })
    await expect.poll(() => done, PATIENCE).toEqual(['without', 'with'])
  })

  test('an old, repeated or unknown message has no effect', async () => {
    const place = await newPlace(null, rabbit.url)
    const here = await openHouse(place)
    const done: string[] = []
    const node = await here.started(here.node({ note: async ({ text }) => void done.push(text) }))
    await node.add('note', { text: 'later' }, { id: 'a', at: new Date(Date.now() + 60_000) })
    const connection = await connect(rabbit.url)
    const channel = await connection.createConfirmChannel()
    for (const message of ['note:a', 'note:another', '']) channel.sendToQueue(queueOf(place), Buffer.from(message))
    await channel.waitForConfirms()
    await connection.close()
    await node.add('note', { text: 'now' })
    await expect.poll(() => node.stats(), PATIENCE).toMatchObject({ note: { waiting: 1, queued: 0, done: 1 } })
    expect(done).toEqual(['now'])
  })

  test('jobs whose messages are lost are dispatched again, and a deleted queue is declared again', async () => {
    const place = await newPlace(null, rabbit.url)
    const here = await openHouse(place)
    const done = new Set<string>()
    const events = new EventEmitter()
    const go = once(events, 'go')
    const note = async ({ text }: { text: string }) => {
      await go
      done.add(text)
    }
    const node = await here.started(here.node({ note }, { atOnce: 1, dispatchedMs: 3000 }))
    await Promise.all(Array.from({ length: 20 }, (_, index) => node.add('note', { text: `note ${index}` })))
    const connection = await connect(rabbit.url)
    const channel = await connection.createChannel()
    expect((await channel.deleteQueue(queueOf(place))).messageCount).toBeGreaterThan(10)
    await connection.close()
    events.emit('go')
    await expect.poll(() => done.size, PATIENCE).toBe(20)
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(true)
    await expect.poll(() => here.Job.countDocuments(), PATIENCE).toBe(0)
  })

  test('a server takes its jobs from RabbitMQ: a scheduled broadcast is sent once', async () => {
    const prefix = randomUUID()
    const server = await startServer({ rabbit: { url: rabbit.url, prefix } })
    const taken = async () => {
      const connection = await connect(rabbit.url)
      const channel = await connection.createChannel()
      // The channel is closed when there is no such queue yet.
      channel.on('error', () => {})
      const { consumerCount } = await channel.checkQueue(`${prefix}.broadcast`).catch(() => ({ consumerCount: 0 }))
      await connection.close()
      return consumerCount
    }
    await expect.poll(taken, PATIENCE).toBe(1)
    const [admin, reader] = [await person(server, 'admin'), await person(server, 'reader')]
    const { id } = await send(admin, { sendAt: new Date(Date.now() + 500).toISOString() })
    await expect.poll(async () => (await admin.get(`/api/admin/broadcasts/${id}`)).body.state, PATIENCE).toBe('sent')
    expect(await messagesOf(reader, ANNOUNCEMENTS_ID)).toMatchObject([{ clientMessageId: id }])
  })
})

const queueOf = ({ rabbit }: Place) => `${rabbit?.prefix ?? ''}.note`
