import { expect, test } from 'vitest'
import { createLatencyWindow } from '../../src/lib/latencyWindow.ts'
import { team } from '../helpers/groups.ts'
import { client, newId, next, person, type Person } from '../helpers/people.ts'
import { startNode } from '../helpers/startServer.ts'

/** Each node reports itself. */
const twoAtOneNode = async () => {
  const server = await startNode()
  return { admin: await person(server, 'admin'), grace: await person(server, 'grace') }
}

const two = async () => {
  const { server, people } = await team(['admin', 'grace'])
  const [admin, grace] = people as [Person, Person]
  return { server, admin, grace }
}

test('admins see the figures of the server', async () => {
  const { admin, grace } = await twoAtOneNode()
  await grace.connect()
  await grace.connect()
  await grace.post('/api/messages', { receiverId: admin.id, text: 'Hello', clientMessageId: newId() })
  await grace.post('/api/reports', { userId: admin.id, reason: 'Rude' })
  await expect.poll(async () => (await admin.get('/api/admin/stats')).body.now.peopleOnline).toBe(1)
  const { body } = await admin.get('/api/admin/stats')
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    people: 2,
    openReports: 1,
    now: { connections: 2, messagesPerMinute: 1, deliveryP99: expect.any(Number) },
  })
  expect(body.now.memoryBytes).toBeGreaterThan(1_000_000)
})

test('samples reach only admins who watch', async () => {
  const { admin, grace } = await twoAtOneNode()
  const [watching, other, member] = await Promise.all([admin.connect(), admin.connect(), grace.connect()])
  const unwanted: unknown[] = []
  for (const socket of [other, member]) socket.on('serverStats', (sample) => unwanted.push(sample))
  member.emit('watchStats', true)
  watching.emit('watchStats', true)
  expect(await next(watching, 'serverStats')).toMatchObject({ connections: 3, at: expect.any(String) })
  expect(unwanted).toEqual([])
  expect((await admin.get('/api/admin/stats')).body.history.length).toBeGreaterThan(0)
}, 20_000)

test('a maintenance notice reaches connected and new users until it is removed', async () => {
  const { server, admin, grace } = await two()
  const socket = await grace.connect()
  const heard = next(socket, 'maintenanceChanged')
  await admin.patch('/api/admin/settings', { maintenance: { text: ' Back at noon ' } })
  expect(await heard).toEqual({ text: 'Back at noon' })
  const late = client(server, grace.accessToken)
  const again: unknown[] = []
  late.on('maintenanceChanged', (message) => again.push(message))
  const [told, after] = [next(late, 'hello'), next(late, 'getOnlineUsers')]
  late.connect()
  expect((await told).maintenance).toEqual({ text: 'Back at noon' })
  await after
  expect(again).toEqual([])
  const gone = next(socket, 'maintenanceChanged')
  await admin.patch('/api/admin/settings', { maintenance: null })
  expect(await gone).toBeNull()
})

test('the latency window covers the last minute only, and counts latencies that it does not store', () => {
  let now = 0
  const latencies = createLatencyWindow(() => now)
  expect(latencies.lastMinute()).toEqual({ count: 0, p50: null, p99: null })
  for (let ms = 1; ms <= 100; ms += 1) latencies.add(ms)
  expect(latencies.lastMinute()).toEqual({ count: 100, p50: 50, p99: 99 })
  now = 30_000
  for (let count = 0; count < 5000; count += 1) latencies.add(7)
  expect(latencies.lastMinute()).toMatchObject({ count: 5100, p50: 7 })
  now = 75_000
  expect(latencies.lastMinute()).toEqual({ count: 5000, p50: 7, p99: 7 })
  now = 200_000
  expect(latencies.lastMinute().count).toBe(0)
})
