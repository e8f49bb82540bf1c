import { expect, test } from 'vitest'
import { LIMITS, type GroupMember, type Message } from '../../src/contract/index.ts'
import { add, createGroup, messagesOf, remove, say, setRole, storyOf, syncAll, team } from '../helpers/groups.ts'
import { newId, type Person } from '../helpers/people.ts'

async function choir() {
  const { server, people } = await team(['ada', 'grace', 'linus', 'eve'])
  const [ada, grace, linus, eve] = people as [Person, Person, Person, Person]
  return { server, ada, grace, linus, eve, group: await createGroup(ada, [grace, linus]) }
}

test('a new group has its members, announces itself, and is in the list of each member', async () => {
  const { ada, grace, eve, group } = await choir()
  expect(group).toMatchObject({
    kind: 'group',
    peer: null,
    firstSeq: 1,
    lastSeq: 1,
    unreadCount: 0,
    group: {
      name: 'Choir',
      description: '',
      picture: null,
      history: 'joined',
      memberCount: 3,
      createdBy: ada.id,
      role: 'owner',
    },
    lastMessage: {
      kind: 'system',
      event: { kind: 'created', name: 'Choir', memberCount: 3 },
      senderId: ada.id,
      receiverId: null,
      text: '',
      isRead: false,
    },
  })
  const { body } = await grace.get('/api/chats')
  expect(body.items).toMatchObject([{ id: group.id, unreadCount: 0, group: { role: 'member' } }, { kind: 'broadcast' }])
  expect((await eve.get('/api/chats')).body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['broadcast'])
  const { body: members } = await grace.get(`/api/groups/${group.id}/members`)
  expect(members.items.map(({ user, role }: GroupMember) => [user.username, role])).toEqual([
    ['ada', 'owner'],
    ['grace', 'member'],
    ['linus', 'member'],
  ])
})

test('a repeated creation returns the first group and announces nothing again', async () => {
  const {
    people: [ada, grace],
  } = await team(['ada', 'grace'])
  const input = { name: 'Choir', memberIds: [grace!.id], clientGroupId: newId() }
  const answers = await Promise.all(Array.from({ length: 5 }, () => ada!.post('/api/groups/create', input)))
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
  expect(await storyOf(grace!, answers[0]!.body.id)).toEqual(['created'])
})

test('members can write to each other, and other users get nothing by any path', async () => {
  const { ada, grace, eve, group } = await choir()
  const message = await say(grace, group.id, 'La')
  expect(message).toMatchObject({ seq: 2, rev: 2, receiverId: null, kind: 'user', event: null, isRead: false })
  expect(await storyOf(ada, group.id)).toEqual(['created', 'La'])
  const own = `/api/messages/${group.id}`
  const attempts = [
    eve.get(own),
    eve.get(`${own}/changes?since=0`),
    eve.get(`/api/chats/${group.id}`),
    eve.get(`/api/groups/${group.id}`),
    eve.get(`/api/groups/${group.id}/members`),
    eve.get(`${own}/2/edits`),
    eve.get(`${own}/2/receipts`),
    eve.get(`/api/groups/${group.id}/invite`),
    eve.post('/api/messages', { conversationId: group.id, text: 'Me too', clientMessageId: newId() }),
    eve.post('/api/messages/delivered', { items: [{ conversationId: group.id, seq: 1 }] }),
    eve.post(`${own}/read`, { seq: 1 }),
    eve.post(`${own}/unread`, {}),
    eve.patch(`${own}/2`, { text: 'Lo', clientEditId: newId() }),
    eve.delete(`${own}/2`),
    eve.patch(`/api/groups/${group.id}`, { name: 'Mine' }),
    add(eve, group.id, eve),
    remove(eve, group.id, eve),
    setRole(eve, group.id, eve, 'admin'),
    eve.post(`/api/groups/${group.id}/owner`, { userId: eve.id }),
    eve.post(`/api/groups/${group.id}/invite`, {}),
    eve.delete(`/api/groups/${group.id}/invite`),
  ]
  for (const { body } of await Promise.all(attempts)) expect(body).toMatchObject({ code: 'not_found' })
  expect((await syncAll(eve, new Date(0).toISOString(), { [group.id]: 0 })).messages).toEqual([])
})

test('the role decides what a member may do', async () => {
  const { ada, grace, linus, eve, group } = await choir()
  expect((await add(grace, group.id, eve)).body).toMatchObject({ code: 'forbidden' })
  expect((await grace.patch(`/api/groups/${group.id}`, { name: 'Band' })).body).toMatchObject({ code: 'forbidden' })
  expect((await remove(grace, group.id, linus)).body).toMatchObject({ code: 'forbidden' })
  expect((await setRole(grace, group.id, grace, 'admin')).body).toMatchObject({ code: 'forbidden' })

  expect((await setRole(ada, group.id, grace, 'admin')).status).toBe(200)
  expect((await add(grace, group.id, eve)).body).toMatchObject({ group: { memberCount: 4, role: 'admin' } })
  expect((await grace.patch(`/api/groups/${group.id}`, { name: ' Band ', description: 'Loud' })).body).toMatchObject({
    group: { name: 'Band', description: 'Loud' },
  })
  expect((await setRole(grace, group.id, linus, 'admin')).body).toMatchObject({ code: 'forbidden' })
  expect((await remove(grace, group.id, ada)).body).toMatchObject({ code: 'forbidden' })
  expect((await setRole(ada, group.id, linus, 'admin')).status).toBe(200)
  expect((await remove(grace, group.id, linus)).body).toMatchObject({ code: 'forbidden' })
  expect((await remove(ada, group.id, linus)).status).toBe(204)
  expect((await remove(grace, group.id, eve)).status).toBe(204)
  expect((await setRole(ada, group.id, eve, 'admin')).body).toMatchObject({ code: 'not_found' })
  expect(await storyOf(ada, group.id)).toEqual([
    'created',
    'roleChanged',
    'added',
    'renamed',
    'described',
    'roleChanged',
    'removed',
    'removed',
  ])
  expect((await messagesOf(ada, group.id)).map(({ event }) => event)).toEqual([
    { kind: 'created', name: 'Choir', memberCount: 3 },
    { kind: 'roleChanged', userId: grace.id, role: 'admin' },
    { kind: 'added', userIds: [eve.id], memberCount: 4 },
    { kind: 'renamed', name: 'Band', revision: 1 },
    { kind: 'described', description: 'Loud', revision: 1 },
    { kind: 'roleChanged', userId: linus.id, role: 'admin' },
    { kind: 'removed', userIds: [linus.id], memberCount: 3 },
    { kind: 'removed', userIds: [eve.id], memberCount: 2 },
  ])
})

test('a change to the same value is not announced', async () => {
  const { ada, grace, group } = await choir()
  await add(ada, group.id, grace)
  await ada.patch(`/api/groups/${group.id}`, { name: 'Choir', history: 'joined' })
  await setRole(ada, group.id, grace, 'member')
  await ada.post(`/api/groups/${group.id}/owner`, { userId: ada.id })
  expect(await storyOf(ada, group.id)).toEqual(['created'])
})

test('the owner must transfer the group before leaving, and the last member who leaves ends it', async () => {
  const { ada, grace, linus, eve, group } = await choir()
  expect((await remove(ada, group.id, ada)).body).toMatchObject({ status: 409, code: 'owner_cannot_leave' })
  expect((await ada.post(`/api/groups/${group.id}/owner`, { userId: eve.id })).body).toMatchObject({
    code: 'not_found',
  })
  expect((await ada.post(`/api/groups/${group.id}/owner`, { userId: grace.id })).body).toMatchObject({
    group: { role: 'admin' },
  })
  expect((await grace.get(`/api/groups/${group.id}`)).body).toMatchObject({ group: { role: 'owner' } })
  expect((await remove(ada, group.id, ada)).status).toBe(204)
  expect((await remove(linus, group.id, linus)).status).toBe(204)
  expect(await storyOf(grace, group.id)).toEqual(['created', 'transferred', 'left', 'left'])
  expect((await remove(grace, group.id, grace)).status).toBe(204)
  for (const who of [ada, grace, linus]) expect((await who.get(`/api/chats/${group.id}`)).status).toBe(404)
})

test('a later member sees the messages from then on, or all, by the setting of the group', async () => {
  const { ada, grace, eve, group } = await choir()
  await say(ada, group.id, 'Before')
  await add(ada, group.id, eve)
  await say(grace, group.id, 'After')
  expect(await storyOf(eve, group.id)).toEqual(['added', 'After'])
  const { body: chat } = await eve.get(`/api/chats/${group.id}`)
  expect(chat).toMatchObject({ firstSeq: 3, lastSeq: 4, unreadCount: 1, readSeq: 2 })
  for (const [path, method] of [
    ['/2', 'delete'],
    ['/2/edits', 'get'],
    ['/2/receipts', 'get'],
  ] as const) {
    expect((await eve[method](`/api/messages/${group.id}${path}`)).body).toMatchObject({ code: 'not_found' })
  }
  expect((await eve.get(`/api/messages/${group.id}?before=3`)).body).toMatchObject({ items: [], hasMore: false })

  const open = await createGroup(ada, [grace], { history: 'all' })
  await say(ada, open.id, 'Before')
  await add(ada, open.id, eve)
  expect(await storyOf(eve, open.id)).toEqual(['created', 'Before', 'added'])
  expect((await eve.get(`/api/chats/${open.id}`)).body).toMatchObject({ firstSeq: 1, unreadCount: 0 })
})

test('a change of a message from before a member joined is not sent to that member, and leaves no gap', async () => {
  const { ada, eve, group } = await choir()
  const early = await say(ada, group.id, 'Before')
  await add(ada, group.id, eve)
  const { until } = await syncAll(eve, null)
  await ada.patch(`/api/messages/${group.id}/${early.seq}`, { text: 'Before, edited', clientEditId: newId() })
  const { body: changes } = await eve.get(`/api/messages/${group.id}/changes?since=3`)
  expect(changes).toEqual({ items: [], hasMore: false, rev: 4 })
  const { conversations, messages } = await syncAll(eve, until, { [group.id]: 3 })
  expect(messages).toEqual([])
  expect(conversations.find(({ id }) => id === group.id)).toMatchObject({
    lastRev: 4,
    lastMessage: { event: { kind: 'added' } },
  })
})

test('a removed member gets nothing of the group any more, and a sync says so', async () => {
  const { ada, grace, group } = await choir()
  await say(grace, group.id, 'La')
  const { until } = await syncAll(grace, null)
  await remove(ada, group.id, grace)
  expect((await grace.get('/api/chats')).body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['broadcast'])
  expect((await grace.get(`/api/messages/${group.id}`)).body).toMatchObject({ code: 'not_found' })
  expect(
    (await grace.post('/api/messages', { conversationId: group.id, text: 'Hey', clientMessageId: newId() })).body,
  ).toMatchObject({ code: 'not_found' })
  const sync = await syncAll(grace, until, { [group.id]: 1 })
  expect(sync.left).toEqual([group.id])
  expect(sync.conversations.map(({ id }) => id)).not.toContain(group.id)
  expect(sync.messages).toEqual([])

  await say(ada, group.id, 'Without Grace')
  await add(ada, group.id, grace)
  expect(await storyOf(grace, group.id)).toEqual(['added'])
  expect((await syncAll(grace, until)).left).toEqual([])
})

test('admins of a group can delete any message of a member, edit only their own, and change no system message', async () => {
  const { ada, grace, linus, group } = await choir()
  const { seq } = await say(linus, group.id, 'Rude')
  const path = `/api/messages/${group.id}/${seq}`
  expect((await grace.delete(path)).body).toMatchObject({ code: 'forbidden' })
  expect((await ada.patch(path, { text: 'Polite', clientEditId: newId() })).body).toMatchObject({ code: 'forbidden' })
  await setRole(ada, group.id, grace, 'admin')
  expect((await grace.delete(path)).body).toMatchObject({ text: '', deletedAt: expect.any(String) })
  expect((await ada.delete(`/api/messages/${group.id}/1`)).body).toMatchObject({ code: 'forbidden' })
  expect((await ada.patch(`/api/messages/${group.id}/1`, { text: 'x', clientEditId: newId() })).body).toMatchObject({
    code: 'forbidden',
  })
})

test('members are found by name and come in pages', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `member${index}`)
  const { people } = await team(['zed', ...names])
  const [zed, ...others] = people as [Person, ...Person[]]
  const group = await createGroup(zed, others)
  await setRole(zed, group.id, others[5]!, 'admin')
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: { items: GroupMember[]; nextCursor: string | null } } = await zed.get(
      `/api/groups/${group.id}/members?limit=3${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...body.items.map(({ user }) => user.username))
    cursor = body.nextCursor
  }
  expect(seen).toEqual(['zed', 'member5', ...names.filter((name) => name !== 'member5')])
  expect((await zed.get(`/api/groups/${group.id}/members?q=MEMBER3`)).body).toMatchObject({
    items: [{ user: { id: others[3]!.id } }],
    nextCursor: null,
  })
})

test.each([
  ['a name of nothing', { name: '  ' }, 'name'],
  ['a name that is too long', { name: 'x'.repeat(LIMITS.groupNameMax + 1) }, 'name'],
  ['a description that is too long', { description: 'x'.repeat(LIMITS.groupDescriptionMax + 1) }, 'description'],
  ['another history', { history: 'some' }, 'history'],
  ['no key', { clientGroupId: '' }, 'clientGroupId'],
  ['members that are no ids', { memberIds: ['grace'] }, 'memberIds.0'],
  ['something unknown', { colour: 'red' }, 'colour'],
])('a group with %s is refused, naming the field', async (_what, more, field) => {
  const {
    people: [ada],
  } = await team(['ada'])
  const { status, body } = await ada!.post('/api/groups/create', {
    name: 'Choir',
    memberIds: [],
    clientGroupId: newId(),
    ...more,
  })
  expect([status, body.errors?.[0]?.field]).toEqual([400, field])
})

test('a user who does not exist cannot be added', async () => {
  const { ada, group } = await choir()
  const unknownId = 'f'.repeat(24)
  expect(
    (await ada.post('/api/groups/create', { name: 'Ghosts', memberIds: [unknownId], clientGroupId: newId() })).body,
  ).toMatchObject({ code: 'not_found' })
  expect((await ada.post(`/api/groups/${group.id}/members`, { userIds: [unknownId] })).body).toMatchObject({
    code: 'not_found',
  })
  expect((await ada.get(`/api/groups/${group.id}`)).body).toMatchObject({ group: { memberCount: 3 } })
})

test('the sender of a message in a group can ask which members have read it, of those who could see it', async () => {
  const { ada, grace, linus, eve, group } = await choir()
  const { seq } = await say(ada, group.id, 'La')
  await add(ada, group.id, eve)
  await grace.post(`/api/messages/${group.id}/read`, { seq })
  await linus.patch('/api/auth/me', { hidesReadReceipts: true })
  await linus.post(`/api/messages/${group.id}/read`, { seq })
  const { body } = await ada.get(`/api/messages/${group.id}/${seq}/receipts`)
  expect(body.items).toEqual([
    { userId: grace.id, deliveredAt: expect.any(String), readAt: expect.any(String) },
    { userId: linus.id, deliveredAt: expect.any(String), readAt: null },
  ])
  expect((await grace.get(`/api/messages/${group.id}/${seq}/receipts`)).body).toMatchObject({ code: 'forbidden' })
})

test('reading a group on one device reaches another device by its sync', async () => {
  const { ada, grace, group } = await choir()
  await say(ada, group.id, 'La')
  await syncAll(grace, null)
  const since = new Date().toISOString()
  await grace.post(`/api/messages/${group.id}/read`, { seq: 2 })
  const { conversations } = await syncAll(grace, since)
  expect(conversations.find(({ id }) => id === group.id)).toMatchObject({ readSeq: 2, unreadCount: 0 })
})

test('users who join, leave and write at the same time leave one order without holes', async () => {
  const { people } = await team(['ada', ...Array.from({ length: 6 }, (_, index) => `person${index}`)])
  const [ada, ...others] = people as [Person, ...Person[]]
  const group = await createGroup(ada, others.slice(0, 3))
  await Promise.all(
    others.flatMap((other, index) => [
      ada.post('/api/messages', { conversationId: group.id, text: `to ${index}`, clientMessageId: newId() }),
      index < 3 ? remove(ada, group.id, other) : add(ada, group.id, other),
      index < 3 ? remove(other, group.id, other) : add(ada, group.id, other),
    ]),
  )
  const messages: Message[] = await messagesOf(ada, group.id)
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1))
  const events = messages.flatMap(({ event }) => (event ? [event] : []))
  expect(
    events
      .filter(({ kind }) => kind === 'added')
      .flatMap((event) => ('userIds' in event ? event.userIds : []))
      .toSorted(),
  ).toEqual(
    others
      .slice(3)
      .map(({ id }) => id)
      .toSorted(),
  )
  expect(events.filter(({ kind }) => kind === 'removed' || kind === 'left')).toHaveLength(3)
  expect((await ada.get(`/api/groups/${group.id}`)).body).toMatchObject({ group: { memberCount: 4 } })
})
