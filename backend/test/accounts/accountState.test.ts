import { expect, it } from 'vitest'
import { draft } from '../broadcasts/helpers.ts'
import { createGroup, team } from '../helpers/groups.ts'
import { newId, next, type Person } from '../helpers/people.ts'

it('[E15] the state of an account is part of its user: it cannot be found, added or written to, until it is active again', async () => {
  const { people } = await team(['admin', 'ada', 'ben', 'cara'])
  const [admin, ada, ben, cara] = people as [Person, Person, Person, Person]
  const group = await createGroup(ben, [])
  await ben.post('/api/messages', { receiverId: ada.id, text: 'Hello', clientMessageId: newId() })
  const { id: chatId } = (await ben.post('/api/chats', { userId: ada.id })).body
  const socket = await ben.connect()
  const found = async () => (await ben.get('/api/users?search=ada')).body.items.map(({ id }: { id: string }) => id)
  const stateNow = async () => [
    (await ben.get(`/api/users/${ada.id}`)).body.state,
    (await ben.get(`/api/chats/${chatId}`)).body.peer.state,
  ]
  const add = () => ben.post(`/api/groups/${group.id}/members`, { userIds: [ada.id] })
  const open = () => cara.post('/api/chats', { userId: ada.id })
  const announcement = await draft(admin, { audience: { kind: 'people', ids: [ada.id] } })
  const announce = () => admin.post(`/api/admin/broadcasts/${announcement.id}/send`, {})
  expect([await found(), await stateNow()]).toEqual([[ada.id], [undefined, undefined]])

  const disabled = next(socket, 'userChanged')
  await admin.post(`/api/admin/users/${ada.id}/disable`, {})
  expect(await disabled).toMatchObject({ id: ada.id, state: 'disabled' })
  expect([await found(), await stateNow()]).toEqual([[], ['disabled', 'disabled']])
  expect([(await add()).status, (await open()).status]).toEqual([404, 404])
  expect((await announce()).body.errors).toMatchObject([{ field: 'audience', code: 'reaches_no_user' }])

  const enabled = next(socket, 'userChanged')
  await admin.post(`/api/admin/users/${ada.id}/enable`, {})
  expect(await enabled).not.toHaveProperty('state')
  expect([await found(), await stateNow()]).toEqual([[ada.id], [undefined, undefined]])
  expect([(await add()).status, (await open()).status, (await announce()).status]).toEqual([200, 200, 200])

  const deleted = next(socket, 'userChanged')
  await admin.delete(`/api/admin/users/${ada.id}`)
  expect(await deleted).toMatchObject({ id: ada.id, state: 'deleted' })
  expect([await found(), await stateNow()]).toEqual([[], ['deleted', 'deleted']])
})
