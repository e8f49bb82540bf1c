import { once, EventEmitter } from 'node:events'
import { connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPlace, openHouse } from './house.ts'
import { RABBITMQ_SERVER, startRabbit, type RabbitServer } from './rabbitServer.ts'

const PATIENCE = { timeout: 30_000, interval: 50 }

describe.skipIf(RABBITMQ_SERVER === undefined)('jobs by way of RabbitMQ (RABBITMQ_SERVER)', { timeout: 90_000 }, () => {
  let rabbit: RabbitServer
  beforeAll(async () => (rabbit = await startRabbit()), 120_000)
  afterAll(() => rabbit.close())

  test('nothing that RabbitMQ has confirmed is lost when it is killed, and meanwhile the database has the jobs', async () => {
    const here = await openHouse(await newPlace(null, rabbit.url))
    const events = new EventEmitter()
    const [begun, go] = [once(events, 'begun'), once(events, 'go')]
    const done = new Set<string>()
    const note = async ({ text }: { text: string }) => {
      if (text === 'first') {
        events.emit('begun')
        await go
      }
      done.add(text)
    }
    const node = await here.started(here.node({ note }, { atOnce: 1 }))
    await node.add('note', { text: 'first' })
    await begun
    const texts = Array.from({ length: 100 }, (_, index) => `note ${index}`)
    await Promise.all(texts.map((text) => node.add('note', { text })))
    // In the queue, and nowhere else.
    expect([await here.Job.countDocuments(), done.size]).toEqual([0, 0])
    await expect.poll(() => node.stats(), PATIENCE).toMatchObject({ note: { queued: 100, running: 1 } })
    await rabbit.kill()
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(false)
    await node.add('note', { text: 'meanwhile' })
    events.emit('go')
    await expect.poll(() => [...done].toSorted(), PATIENCE).toEqual(['first', 'meanwhile'])
    await rabbit.start()
    await expect.poll(() => done.size, PATIENCE).toBe(102)
    expect(node.isConnected()).toBe(true)
    await expect.poll(() => here.Job.countDocuments(), PATIENCE).toBe(0)
  })

  test('a node starts without RabbitMQ, and uses it when it comes', async () => {
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

  test('what comes back counts as tried, and what cannot be read is kept with the dead', async () => {
    const place = await newPlace(null, rabbit.url)
    const here = await openHouse(place)
    await (await here.started(here.node({ note: async () => {} }))).close()
    const queue = `${place.rabbit?.prefix ?? ''}.note`
    const connection = await connect(rabbit.url)
    const channel = await connection.createConfirmChannel()
    channel.sendToQueue(queue, Buffer.from('{"payload":{"text":"poison"}}'), { persistent: true })
    await channel.waitForConfirms()
    // As a process that ends in the middle.
    expect(await channel.get(queue)).not.toBe(false)
    await connection.close()
    const tries: number[] = []
    const note = async () => {
      tries.push((await here.Job.findOne({ kind: 'note' }).lean())?.tries ?? 0)
      throw new Error('no way')
    }
    const node = await here.started(here.node({ note }, { tries: 3 }))
    await expect.poll(() => node.dead(), PATIENCE).toMatchObject([{ payload: { text: 'poison' }, error: 'Error: no way' }])
    expect(tries).toEqual([2, 3])

    const another = await connect(rabbit.url)
    const other = await another.createConfirmChannel()
    other.sendToQueue(queue, Buffer.from('no JSON'), { persistent: true })
    await other.waitForConfirms()
    await another.close()
    await expect.poll(async () => (await node.dead()).map(({ payload }) => payload), PATIENCE).toEqual(['no JSON', { text: 'poison' }])
  })

  test('a queue that somebody deletes is there again, and no job is lost on the way', async () => {
    const place = await newPlace(null, rabbit.url)
    const here = await openHouse(place)
    const done = new Set<string>()
    const node = await here.started(here.node({ note: async ({ text }) => void done.add(text) }))
    const connection = await connect(rabbit.url)
    const channel = await connection.createChannel()
    await channel.deleteQueue(`${place.rabbit?.prefix ?? ''}.note`)
    await Promise.all(Array.from({ length: 20 }, (_, index) => node.add('note', { text: `note ${index}` })))
    await connection.close()
    await expect.poll(() => done.size, PATIENCE).toBe(20)
    await expect.poll(() => node.isConnected(), PATIENCE).toBe(true)
  })
})
