import { expect, test } from 'vitest'
import type { PresenceChange } from '../../src/contract/index.ts'
import { call, client, next, person, type ClientSocket, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

/** Connects and returns the list for the new connection. */
async function arrive(server: TestServer, someone: Person): Promise<[ClientSocket, string[]]> {
  const socket = client(server, someone.accessToken)
  const online = next(socket, 'getOnlineUsers')
  socket.connect()
  return [socket, (await online).online]
}

const comes = (socket: ClientSocket, { id }: Person) =>
  next(socket, 'presenceChanged', ({ online }) => online.includes(id))
const goes = (socket: ClientSocket, { id }: Person) =>
  next(socket, 'presenceChanged', ({ offline }) => offline.includes(id))

test('a new connection gets the online list once, and the others get only the new user', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [adaSocket, seenByAda] = await arrive(server, ada)
  expect(seenByAda).toEqual([ada.id])
  await comes(adaSocket, ada)
  const lists: string[][] = []
  adaSocket.on('getOnlineUsers', ({ online }) => lists.push(online))
  const change = comes(adaSocket, grace)
  const [, seenByGrace] = await arrive(server, grace)
  expect(seenByGrace.toSorted()).toEqual([ada.id, grace.id].toSorted())
  expect(await change).toMatchObject({ online: [grace.id], away: [], offline: [] })
  expect(lists).toEqual([])
})

test('a user goes offline when the last tab closes, not when one of two closes', async () => {
  const server = await startServer()
  const [ada, grace, linus] = [
    await person(server, 'ada'),
    await person(server, 'grace'),
    await person(server, 'linus'),
  ]
  const [adaSocket] = await arrive(server, ada)
  const changes: PresenceChange[] = []
  adaSocket.on('presenceChanged', (change) => changes.push(change))
  const [tab] = await arrive(server, grace)
  const [lastTab] = await arrive(server, grace)
  const [linusSocket] = await arrive(server, linus)
  await comes(adaSocket, linus)
  tab.disconnect()
  // Linus leaves after Grace's tab was closed. If her tab counted, it would be announced before him.
  linusSocket.disconnect()
  await goes(adaSocket, linus)
  expect(changes.flatMap(({ offline }) => offline)).toEqual([linus.id])
  lastTab.disconnect()
  await goes(adaSocket, grace)
})

test('a reload of the page makes no presence change for the others', async () => {
  const server = await startServer()
  const [ada, grace, linus] = [
    await person(server, 'ada'),
    await person(server, 'grace'),
    await person(server, 'linus'),
  ]
  const [adaSocket] = await arrive(server, ada)
  const [page] = await arrive(server, grace)
  await comes(adaSocket, grace)
  const changes: PresenceChange[] = []
  adaSocket.on('presenceChanged', (change) => changes.push(change))
  page.disconnect()
  await arrive(server, grace)
  const [linusSocket] = await arrive(server, linus)
  await comes(adaSocket, linus)
  linusSocket.disconnect()
  await goes(adaSocket, linus)
  expect(changes.flatMap(({ online, offline }) => [...online, ...offline])).toEqual([linus.id, linus.id])
})

test('users who connect at the same time are announced together', async () => {
  const server = await startServer()
  const people = []
  for (let index = 0; index < 20; index += 1) people.push(await person(server, `person${index}`))
  const [watcher, ...others] = people
  const [socket] = await arrive(server, watcher!)
  await comes(socket, watcher!)
  const changes: PresenceChange[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('presenceChanged', (change) => {
      changes.push(change)
      if (changes.flatMap(({ online }) => online).length === others.length) resolve()
    })
  })
  await Promise.all(others.map((someone) => arrive(server, someone)))
  await all
  expect(changes.flatMap(({ online }) => online).toSorted()).toEqual(others.map(({ id }) => id).toSorted())
  expect(changes.length).toBeLessThan(others.length / 2)
})

test('a user is away when all connections say so, and back when one does', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const [adaSocket] = await arrive(server, ada)
  const [desktop] = await arrive(server, grace)
  await comes(adaSocket, grace)
  const [phone] = await arrive(server, grace)
  const changes: PresenceChange[] = []
  adaSocket.on('presenceChanged', (change) => changes.push(change))
  desktop.emit('setActivity', 'away')
  const away = next(adaSocket, 'presenceChanged', (change) => change.away.includes(grace.id))
  phone.emit('setActivity', 'away')
  await away
  const linus = await person(server, 'linus')
  const late = client(server, linus.accessToken)
  const list = next(late, 'getOnlineUsers')
  late.connect()
  expect(await list).toMatchObject({ away: [grace.id] })
  const back = comes(adaSocket, grace)
  desktop.emit('setActivity', 'active')
  await back
  expect(changes.map((change) => change.away)).not.toContainEqual([grace.id, grace.id])
})

test('the last-seen time of a user survives a restart', async () => {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  expect((await ada.get(`/api/users/${grace.id}`)).body.lastSeenAt).toBeNull()
  const [adaSocket] = await arrive(server, ada)
  const [page] = await arrive(server, grace)
  await comes(adaSocket, grace)
  const gone = next(adaSocket, 'presenceChanged', ({ offline }) => offline.includes(grace.id))
  page.disconnect()
  const { at } = await gone
  await server.stop()
  const again = await startServer({}, server.dataDir)
  const { body } = await call(again, 'GET', `/api/users/${grace.id}`, ada.accessToken)
  expect(body.lastSeenAt).toBe(at)
  expect((await call(again, 'GET', `/api/users/${ada.id}`, ada.accessToken)).body.lastSeenAt >= at).toBe(true)
})
