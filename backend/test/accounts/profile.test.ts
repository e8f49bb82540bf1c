import { expect, test } from 'vitest'
import { LIMITS } from '../../src/contract/index.ts'
import { team } from '../helpers/groups.ts'
import { next, type Person } from '../helpers/people.ts'

const two = async () => (await team(['ada', 'grace'])).people as [Person, Person]

test('a changed profile reaches every user at once, and the search', async () => {
  const [ada, grace] = await two()
  const heard = next(await grace.connect(), 'userChanged')
  const { status, body } = await ada.patch('/api/auth/me', {
    fullName: '  Augusta  Ada King ',
    bio: ' Countess\nof Lovelace ',
    statusText: 'Computing',
  })
  expect([status, body]).toMatchObject([
    200,
    {
      id: ada.id,
      username: 'ada',
      fullName: 'Augusta Ada King',
      bio: 'Countess\nof Lovelace',
      statusText: 'Computing',
      picture: null,
    },
  ])
  expect(await heard).toMatchObject({ id: ada.id, fullName: 'Augusta Ada King', statusText: 'Computing' })
  expect(await heard).not.toHaveProperty('email')
  expect((await grace.get('/api/users?search=king')).body.items).toMatchObject([
    { id: ada.id, bio: 'Countess\nof Lovelace' },
  ])
  expect((await grace.get(`/api/users/${ada.id}`)).body).toMatchObject({ fullName: 'Augusta Ada King' })
  expect((await ada.patch('/api/auth/me', { bio: '' })).body).toMatchObject({ bio: '', statusText: 'Computing' })
})

test('private changes, and changes that change nothing, are not sent to others', async () => {
  const [ada, grace] = await two()
  const socket = await grace.connect()
  const heard: unknown[] = []
  socket.on('userChanged', ({ statusText }) => heard.push(statusText))
  await ada.patch('/api/auth/me', { hidesReadReceipts: true })
  await ada.patch('/api/auth/me', { fullName: 'ada' })
  const last = next(socket, 'userChanged')
  await ada.patch('/api/auth/me', { statusText: 'Last' })
  await last
  expect(heard).toEqual(['Last'])
})

test('users are found by their ids, all in one request', async () => {
  const [ada, grace] = await two()
  const { body } = await ada.get(`/api/users?ids=${grace.id},${'f'.repeat(24)},${ada.id}`)
  expect([body.items.map(({ id }: { id: string }) => id).toSorted(), body.nextCursor]).toEqual([
    [ada.id, grace.id].toSorted(),
    null,
  ])
  expect((await ada.get('/api/users?ids=grace')).body).toMatchObject({ code: 'invalid_input' })
})

test.each([
  ['an empty name', { fullName: ' ' }, 'fullName'],
  ['too long a bio', { bio: 'x'.repeat(LIMITS.bioMax + 1) }, 'bio'],
  ['too long a status', { statusText: 'x'.repeat(LIMITS.statusTextMax + 1) }, 'statusText'],
  ['a status of several lines', { statusText: 'one\ntwo' }, 'statusText'],
  ['a role', { role: 'admin' }, 'role'],
  ['a picture that was never sent', { picture: 'abc' }, 'picture'],
])('%s is refused, naming the field', async (_what, input, field) => {
  const [ada] = await two()
  const { status, body } = await ada.patch('/api/auth/me', input)
  expect([status, body.errors?.[0]?.field]).toEqual([400, field])
})
