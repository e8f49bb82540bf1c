import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID, RECIPIENT_STATES, type LedgerEntry } from '../../src/contract/index.ts'
import { createGroup, messagesOf, syncAll, team } from '../helpers/groups.ts'
import { next, person } from '../helpers/people.ts'
import { acknowledge, countsOf, draft, pendingOf, readAnnouncements, send } from './helpers.ts'

test('a broadcast is sent once to every user except its author, and its ledger follows their reading', async () => {
  const { people } = await team(['admin', 'one', 'two', 'three'])
  const [admin, one, two, three] = people
  if (!admin || !one || !two || !three) throw new Error('Four people')
  const socket = await one.connect()
  const heard = next(socket, 'broadcastMessage')
  const broadcast = await send(admin, { priority: 'urgent' })
  expect(broadcast).toMatchObject({ state: 'sent', seq: 1, recipientCount: 3, revision: 1, materialRevision: 1 })
  expect(await heard).toMatchObject({
    seq: 1,
    title: 'Fire drill',
    clientMessageId: broadcast.id,
    broadcast: { id: broadcast.id, priority: 'urgent', needsAcknowledgement: true, revision: 1 },
  })
  expect(await countsOf(admin, broadcast.id)).toEqual({
    recipients: 3,
    queued: 3,
    delivered: 0,
    opened: 0,
    acknowledged: 0,
  })
  await one.post('/api/messages/delivered', { items: [{ conversationId: ANNOUNCEMENTS_ID, seq: 1 }] })
  await readAnnouncements(two, 1)
  expect(await countsOf(admin, broadcast.id)).toEqual({
    recipients: 3,
    queued: 1,
    delivered: 1,
    opened: 1,
    acknowledged: 0,
  })
  const { status, body } = await acknowledge(three, broadcast.id)
  expect([status, body]).toMatchObject([
    200,
    { user: { username: 'three' }, state: 'acknowledged', acknowledgedRevision: 1 },
  ])
  expect((await acknowledge(three, broadcast.id)).body).toEqual(body)
  expect(await countsOf(admin, broadcast.id)).toEqual({
    recipients: 3,
    queued: 0,
    delivered: 1,
    opened: 1,
    acknowledged: 1,
  })
  expect(await pendingOf(three)).toEqual([])
  expect(await pendingOf(two)).toMatchObject([{ id: broadcast.id, seq: 1, title: 'Fire drill', priority: 'urgent' }])
  expect((await admin.post(`/api/admin/broadcasts/${broadcast.id}/send`, {})).body).toMatchObject({
    code: 'broadcast_state',
  })
  expect(await messagesOf(one, ANNOUNCEMENTS_ID)).toHaveLength(1)
})

test('a sync counts as delivered, and reading never undoes an acknowledgement', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const { id, seq } = await send(admin)
  await syncAll(one, null)
  expect(await countsOf(admin, id)).toMatchObject({ delivered: 1 })
  await acknowledge(one, id)
  await readAnnouncements(one, seq ?? 0)
  expect(await countsOf(admin, id)).toMatchObject({ acknowledged: 1, opened: 0 })
})

test('a user who signs up later sees the broadcast and is not in the ledger', async () => {
  const {
    server,
    people: [admin],
  } = await duo()
  const { id } = await send(admin)
  const late = await person(server, 'late')
  expect(await messagesOf(late, ANNOUNCEMENTS_ID)).toMatchObject([{ title: 'Fire drill', hidden: false }])
  expect((await acknowledge(late, id)).status).toBe(404)
  expect(await countsOf(admin, id)).toMatchObject({ recipients: 1 })
})

test('a broadcast to some users gives the others no event, no text and no unread message', async () => {
  const { people } = await team(['admin', 'in1', 'out'])
  const [admin, member, outsider] = people
  if (!admin || !member || !outsider) throw new Error('Three people')
  const group = await createGroup(admin, [member])
  const socket = await outsider.connect()
  const events: unknown[] = []
  socket.on('broadcastMessage', (message) => events.push(message.seq))
  const forSome = await send(admin, { audience: { kind: 'groups', ids: [group.id] } })
  expect(forSome.recipientCount).toBe(1)
  expect(await messagesOf(member, ANNOUNCEMENTS_ID)).toMatchObject([{ hidden: false, title: 'Fire drill' }])
  expect(await messagesOf(outsider, ANNOUNCEMENTS_ID)).toMatchObject([{ hidden: true, title: null, text: '' }])
  const forAll = next(socket, 'broadcastMessage')
  await send(admin, { title: 'For all' })
  expect(await forAll).toMatchObject({ seq: 2 })
  expect(events).toEqual([2])
  const { body } = await outsider.get('/api/chats')
  expect(body.items.find(({ kind }: { kind: string }) => kind === 'broadcast')).toMatchObject({
    unreadCount: 1,
    lastMessage: { title: 'For all' },
  })
  expect((await acknowledge(outsider, forSome.id)).status).toBe(404)
})

test('a material change asks again, keeps the acknowledgement of the earlier text, and refuses a new one for it', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const { id } = await send(admin)
  await acknowledge(one, id)
  const socket = await one.connect()
  const changed = next(socket, 'messageChanged')
  const { body } = await admin.patch(`/api/admin/broadcasts/${id}`, {
    text: 'Leave by the south door.',
    isMaterial: true,
  })
  expect(body).toMatchObject({ revision: 2, materialRevision: 2, text: 'Leave by the south door.' })
  expect(await changed).toMatchObject({
    text: 'Leave by the south door.',
    broadcast: { revision: 2, materialRevision: 2 },
  })
  expect(await countsOf(admin, id)).toEqual({ recipients: 1, queued: 0, delivered: 0, opened: 1, acknowledged: 0 })
  expect(await pendingOf(one)).toMatchObject([
    { revision: 2, acknowledged: { revision: 1, text: 'Leave by the north door.' } },
  ])
  expect(await acknowledge(one, id, 1)).toMatchObject({ status: 409, body: { code: 'outdated_revision' } })
  expect((await acknowledge(one, id, 2)).body).toMatchObject({
    state: 'acknowledged',
    acknowledgedRevision: 2,
    history: [{ revision: 1 }, { revision: 2 }],
  })
  await admin.patch(`/api/admin/broadcasts/${id}`, { title: 'Fire drill!', isMaterial: false })
  // [E1] Another admin began with the text before.
  expect(
    (await admin.patch(`/api/admin/broadcasts/${id}`, { title: 'Drill', isMaterial: false, fromRevision: 1 })).body,
  ).toMatchObject({ status: 409, code: 'outdated_revision' })
  expect(await countsOf(admin, id)).toMatchObject({ acknowledged: 1 })
  expect(
    (await admin.get(`/api/admin/broadcasts/${id}/revisions`)).body.items.map(({ revision, isMaterial }: never) => [
      revision,
      isMaterial,
    ]),
  ).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ])
})

test('a reminder reaches only recipients who have not acknowledged', async () => {
  const { people } = await team(['admin', 'one', 'two'])
  const [admin, one, two] = people
  if (!admin || !one || !two) throw new Error('Three people')
  const { id } = await send(admin)
  await acknowledge(one, id)
  const [done, missing] = [await one.connect(), await two.connect()]
  const wrong: string[] = []
  done.on('broadcastReminder', (pending) => wrong.push(pending.id))
  const reminded = next(missing, 'broadcastReminder')
  expect((await admin.post(`/api/admin/broadcasts/${id}/remind`, {})).body).toEqual({ recipients: 1 })
  expect(await reminded).toMatchObject({ id, title: 'Fire drill' })
  const { body } = await admin.get(`/api/admin/broadcasts/${id}/ledger?state=queued`)
  expect(body.items.map(({ user, remindedAt }: LedgerEntry) => [user.username, typeof remindedAt])).toEqual([
    ['two', 'string'],
  ])
  // When this event arrives, all earlier events have arrived.
  const later = next(done, 'broadcastMessage')
  await send(admin, { title: 'Later' })
  await later
  expect(wrong).toEqual([])
})

test('admins get the changes of the ledger, other users do not', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const [mine, theirs] = [await admin.connect(), await one.connect()]
  const wrong: unknown[] = []
  theirs.on('ledgerChanged', (change) => wrong.push(change))
  const moved = next(mine, 'ledgerChanged', ({ counts }) => counts.acknowledged === 1)
  const { id } = await send(admin)
  await acknowledge(one, id)
  expect(await moved).toEqual({
    broadcastId: id,
    counts: { recipients: 1, queued: 0, delivered: 0, opened: 0, acknowledged: 1 },
  })
  expect(wrong).toEqual([])
})

test('a draft can be edited, counted and removed, and a scheduled broadcast can be cancelled', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const { id } = await draft(admin, { text: '' })
  const path = `/api/admin/broadcasts/${id}`
  expect((await admin.post(`${path}/send`, {})).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'text' }],
  })
  expect((await admin.patch(path, { text: 'Now', audience: { kind: 'people', ids: [one.id] } })).body).toMatchObject({
    title: 'Fire drill',
    text: 'Now',
  })
  expect((await admin.post(`${path}/preview-count`, {})).body).toEqual({ recipients: 1 })
  await admin.patch(path, { sendAt: new Date(Date.now() + 3600_000).toISOString(), timeZone: 'Africa/Lagos' })
  expect((await admin.post(`${path}/send`, {})).body).toMatchObject({ state: 'scheduled', timeZone: 'Africa/Lagos' })
  expect((await admin.patch(path, { text: 'No' })).body).toMatchObject({ code: 'broadcast_state' })
  expect((await admin.post(`${path}/cancel`, {})).body).toMatchObject({ state: 'cancelled' })
  expect((await admin.delete(path)).status).toBe(204)
  expect((await admin.get(path)).status).toBe(404)
  expect(await messagesOf(one, ANNOUNCEMENTS_ID)).toEqual([])
})

test('the ledger can be read in pages, by state, by name, and as CSV in which no name is a formula', async () => {
  const {
    server,
    people: [admin],
  } = await duo()
  await person(server, 'formula', '=HYPERLINK("x"), said "he"')
  const { id } = await send(admin)
  const path = `/api/admin/broadcasts/${id}/ledger`
  const { body: first } = await admin.get(`${path}?limit=1`)
  const { body: second } = await admin.get(`${path}?limit=1&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map(({ user }: LedgerEntry) => user.username).toSorted()).toEqual([
    'formula',
    'one',
  ])
  expect((await admin.get(`${path}?q=form`)).body).toMatchObject({
    items: [{ user: { username: 'formula' }, state: 'queued' }],
    nextCursor: null,
  })
  expect((await admin.get(`${path}?state=acknowledged`)).body).toEqual({ items: [], nextCursor: null })
  const csv = await fetch(`${server.url}${path}.csv`, { headers: { authorization: `Bearer ${admin.accessToken}` } })
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const text = await csv.text()
  expect(text).toContain(`\r\nformula,"'=HYPERLINK(""x""), said ""he""",queued,,,,,,\r\n`)
  expect(text.split('\r\n')).toHaveLength(4)
})

test('the CSV and the protocol call each state as the contract does', async () => {
  const { server, people } = await team(['admin', 'one', 'two', 'three', 'four'])
  const [admin, one, two, three] = people
  if (!admin || !one || !two || !three) throw new Error('Five people')
  const { id, seq } = await send(admin)
  await three.post('/api/messages/delivered', { items: [{ conversationId: ANNOUNCEMENTS_ID, seq }] })
  await readAnnouncements(one, seq ?? 0)
  await acknowledge(two, id)
  const answer = await fetch(`${server.url}/api/admin/broadcasts/${id}/ledger.csv`, {
    headers: { authorization: `Bearer ${admin.accessToken}` },
  })
  const [header = [], ...rows] = (await answer.text())
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  expect(new Set(rows.map((row) => row[header.indexOf('state')]))).toEqual(new Set(RECIPIENT_STATES))
  const timed = RECIPIENT_STATES.filter((state) => state !== 'queued')
  expect(header.filter((name) => timed.some((state) => name === `${state} at`))).toEqual(
    timed.map((state) => `${state} at`),
  )
  const protocol = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8')
  for (const state of RECIPIENT_STATES) expect(protocol).toContain(`\`${state}\`: `)
})

test('automatic reminders can be planned and stopped', async () => {
  const {
    people: [admin],
  } = await duo()
  const { id } = await send(admin)
  const until = new Date(Date.now() + 3600_000).toISOString()
  expect((await admin.post(`/api/admin/broadcasts/${id}/remind`, { everySeconds: 600, until })).body).toEqual({
    recipients: 1,
  })
  expect((await admin.get(`/api/admin/broadcasts/${id}`)).body.reminders).toMatchObject({ everySeconds: 600, until })
  expect((await admin.delete(`/api/admin/broadcasts/${id}/remind`)).body).toMatchObject({ reminders: null })
  expect((await admin.post(`/api/admin/broadcasts/${id}/remind`, { everySeconds: 600 })).body).toMatchObject({
    code: 'invalid_input',
  })
})

test('an announcement with a ledger can be changed in its broadcast only, and a deleted one waits for no recipient', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const { seq } = await send(admin)
  const path = `/api/messages/${ANNOUNCEMENTS_ID}/${seq}`
  expect((await admin.patch(path, { text: 'Other', clientEditId: 'x' })).body).toMatchObject({ code: 'forbidden' })
  expect(await pendingOf(one)).toHaveLength(1)
  expect((await admin.delete(path)).status).toBe(200)
  expect(await pendingOf(one)).toEqual([])
})

test('users who are no admins cannot write, send or read broadcasts in the panel', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const { id } = await send(admin)
  for (const path of ['', `/${id}`, `/${id}/counts`, `/${id}/ledger`, `/${id}/ledger.csv`])
    expect((await one.get(`/api/admin/broadcasts${path}`)).status).toBe(403)
  expect((await one.post('/api/admin/broadcasts', { title: '', text: 'x' })).status).toBe(403)
  expect((await one.post(`/api/admin/broadcasts/${id}/remind`, {})).status).toBe(403)
})

test('an expired broadcast waits for no recipient, and stays in the announcements', async () => {
  const {
    people: [admin, one],
  } = await duo()
  const expiresAt = new Date(Date.now() + 3000).toISOString()
  await send(admin, { expiresAt })
  expect(await pendingOf(one)).toHaveLength(1)
  await expect.poll(() => pendingOf(one), { timeout: 10_000 }).toEqual([])
  expect(await messagesOf(one, ANNOUNCEMENTS_ID)).toMatchObject([{ title: 'Fire drill' }])
})

async function duo() {
  const { server, people } = await team(['admin', 'one'])
  const [admin, one] = people
  if (!admin || !one) throw new Error('Two people')
  return { server, people: [admin, one] as const }
}
