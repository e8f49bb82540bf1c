import { expect, test } from 'vitest'
import { LIMITS, type PresenceChange } from '../../src/contract/index.ts'
import { client, emit, next, person, request, type ClientSocket, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

/** Connects as the page does: it hears of no user until it asks. */
async function open(server: TestServer, someone: Person): Promise<ClientSocket> {
  const socket = client(server, someone.accessToken)
  socket.auth = {}
  const opened = next(socket, 'hello')
  socket.connect()
  await opened
  return socket
}

function changesOf(socket: ClientSocket): PresenceChange[] {
  const changes: PresenceChange[] = []
  socket.on('presenceChanged', (change) => changes.push(change))
  return changes
}

const goes = (socket: ClientSocket, { id }: Person) =>
  next(socket, 'presenceChanged', ({ offline }) => offline.includes(id))

async function three(): Promise<[TestServer, Person, Person, Person]> {
  const server = await startServer()
  return [server, await person(server, 'ada'), await person(server, 'grace'), await person(server, 'linus')]
}

test('a connection hears only of the users whom it watches, and is told their state when it begins', async () => {
  const [server, ada, grace, linus] = await three()
  const watching = await open(server, ada)
  const lists: unknown[] = []
  watching.on('getOnlineUsers', (list) => lists.push(list))
  const changes = changesOf(watching)
  await open(server, grace)
  // Another node may serve Grace, and tell a moment later.
  await expect
    .poll(() => request(watching, 'watchPresence', { add: [grace.id, linus.id] }))
    .toEqual({ online: [grace.id], away: [], offline: [linus.id] })
  const [other, third] = [await open(server, await person(server, 'margaret')), await open(server, linus)]
  other.disconnect()
  const gone = goes(watching, linus)
  third.disconnect()
  await gone
  expect(changes.flatMap(({ online, offline }) => [...online, ...offline]).filter((id) => id !== grace.id)).toEqual([
    linus.id,
    linus.id,
  ])
  expect(lists).toEqual([])
})

test('a connection that stops watching a user hears no more of that user', async () => {
  const [server, ada, grace, linus] = await three()
  const watching = await open(server, ada)
  const [graceSocket, linusSocket] = [await open(server, grace), await open(server, linus)]
  await request(watching, 'watchPresence', { add: [grace.id, linus.id] })
  expect(await request(watching, 'watchPresence', { remove: [grace.id] })).toEqual({
    online: [],
    away: [],
    offline: [],
  })
  const gone = goes(watching, linus)
  const changes = changesOf(watching)
  graceSocket.disconnect()
  linusSocket.disconnect()
  await gone
  expect(changes.flatMap(({ offline }) => offline)).toEqual([linus.id])
})

test('a connection watches a bounded number of users, and a refused request changes nothing', async () => {
  const [server, ada, grace, linus] = await three()
  const watching = await open(server, ada)
  const many = Array.from({ length: LIMITS.presenceWatchedMax - 1 }, (_, index) => index.toString(16).padStart(24, '0'))
  await request(watching, 'watchPresence', { add: [...many, grace.id] })
  expect(await emit(watching, 'watchPresence', { add: [linus.id], remove: [] })).toMatchObject({
    ok: false,
    problem: { errors: [{ field: 'add', code: 'too_many' }] },
  })
  expect(await emit(watching, 'watchPresence', { add: ['nobody'] })).toMatchObject({
    ok: false,
    problem: { errors: [{ field: 'add.0' }] },
  })
  const graceSocket = await open(server, grace)
  const gone = goes(watching, grace)
  graceSocket.disconnect()
  await gone
  expect(await request(watching, 'watchPresence', { add: [linus.id], remove: [grace.id] })).toMatchObject({
    offline: [linus.id],
  })
})
