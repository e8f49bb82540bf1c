import { expect, test } from 'vitest'
import { everywhere } from '../helpers/cluster.ts'
import { client, next, person, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

test('the first event of each connection carries the current maintenance notice, or null when there is none', async () => {
  const server = await startServer()
  const [admin, ada] = [await person(server, 'admin'), await person(server, 'ada')]
  expect((await greeted(server, ada)).maintenance).toBeNull()
  await admin.patch('/api/admin/settings', { maintenance: { text: 'Back at noon' } })
  await everywhere(async () => expect((await greeted(server, ada)).maintenance).toEqual({ text: 'Back at noon' }))
  await admin.patch('/api/admin/settings', { maintenance: null })
  await everywhere(async () => expect((await greeted(server, ada)).maintenance).toBeNull())
})

async function greeted(server: TestServer, { accessToken }: Person) {
  const socket = client(server, accessToken)
  const hello = next(socket, 'hello')
  socket.connect()
  return hello
}

test('[E8] the first event of each connection tells the time of the server', async () => {
  const server = await startServer()
  const ada = await person(server, 'ada')
  const before = Date.now()
  const time = Date.parse((await greeted(server, ada)).serverTime)
  expect(time).toBeGreaterThanOrEqual(before)
  expect(time).toBeLessThanOrEqual(Date.now())
})
