import { expect, test } from 'vitest'
import type { BroadcastPage } from '../../src/contract/index.ts'
import { next, person, type Person } from '../helpers/people.ts'
import { team } from '../helpers/groups.ts'
import { PENDING_MAX } from '../../src/broadcasts/pendingBroadcast.repository.ts'
import { acknowledge, draft, pendingOf, readAnnouncements, send } from './helpers.ts'

const titles = ({ items }: BroadcastPage) => items.map(({ title }) => title)

async function listOf(admin: Person, query = ''): Promise<BroadcastPage> {
  const { status, body } = await admin.get(`/api/admin/broadcasts${query}`)
  if (status !== 200) throw new Error(`No list: ${JSON.stringify(body)}`)
  return body
}

async function trio() {
  const { server, people } = await team(['admin', 'one', 'two'])
  const [admin, one, two] = people
  if (!admin || !one || !two) throw new Error('Three people')
  return { server, admin, one, two }
}

test('each list has its broadcasts, newest first, with the counts of each and the totals of the lists', async () => {
  const { admin, one } = await trio()
  await draft(admin, { title: 'Draft' })
  const later = await draft(admin, { title: 'Later', sendAt: new Date(Date.now() + 3_600_000).toISOString() })
  await admin.post(`/api/admin/broadcasts/${later.id}/send`, {})
  const taken = await draft(admin, { title: 'Taken back', sendAt: new Date(Date.now() + 3_600_000).toISOString() })
  await admin.post(`/api/admin/broadcasts/${taken.id}/send`, {})
  await admin.post(`/api/admin/broadcasts/${taken.id}/cancel`, {})
  const asks = await send(admin, { title: 'Asks' })
  await send(admin, { title: 'For one', audience: { kind: 'people', ids: [one.id] } })
  await acknowledge(one, asks.id)
  const all = await listOf(admin)
  expect(titles(all)).toEqual(['For one', 'Asks', 'Taken back', 'Later', 'Draft'])
  expect(all.totals).toEqual({ all: 5, held: 0, waiting: 2, scheduled: 1, sent: 2, drafts: 2 })
  expect(all.items.map(({ counts }) => counts && [counts.recipients, counts.queued, counts.acknowledged])).toEqual([
    [1, 1, 0],
    [2, 1, 1],
    null,
    null,
    null,
  ])
  expect(titles(await listOf(admin, '?show=drafts'))).toEqual(['Taken back', 'Draft'])
  expect(titles(await listOf(admin, '?show=scheduled'))).toEqual(['Later'])
  expect(titles(await listOf(admin, '?show=sent'))).toEqual(['For one', 'Asks'])
  expect((await admin.get('/api/admin/broadcasts?show=everything')).body).toMatchObject({
    code: 'invalid_input',
    errors: [{ field: 'show' }],
  })
})

test('a broadcast leaves the waiting list with its last acknowledgement, and returns with a material change', async () => {
  const { admin, one, two } = await trio()
  const asks = await send(admin, { title: 'Asks' })
  const tells = await send(admin, { title: 'Tells', needsAcknowledgement: false })
  expect(titles(await listOf(admin, '?show=waiting'))).toEqual(['Tells', 'Asks'])
  for (const who of [one, two]) await readAnnouncements(who, tells.seq ?? 0)
  expect(titles(await listOf(admin, '?show=waiting'))).toEqual(['Asks'])
  for (const who of [one, two]) await acknowledge(who, asks.id)
  expect(await listOf(admin, '?show=waiting')).toMatchObject({ items: [], totals: { waiting: 0, sent: 2 } })
  await admin.patch(`/api/admin/broadcasts/${asks.id}`, { text: 'By the south door.', isMaterial: true })
  expect(await listOf(admin, '?show=waiting')).toMatchObject({
    items: [{ title: 'Asks', counts: { opened: 2 } }],
    totals: { waiting: 1 },
  })
})

test('the number of waiting broadcasts is right without a request for their list', async () => {
  const { admin, one, two } = await trio()
  const { id } = await send(admin)
  for (let number = 0; number < 3; number += 1) await draft(admin)
  for (const who of [one, two]) await acknowledge(who, id)
  await expect.poll(async () => (await listOf(admin, '?limit=1')).totals.waiting, { timeout: 5000 }).toBe(0)
})

test('an expired broadcast leaves the waiting list', async () => {
  const { admin } = await trio()
  await send(admin, { expiresAt: new Date(Date.now() + 1500).toISOString() })
  expect((await listOf(admin)).totals.waiting).toBe(1)
  await expect.poll(async () => (await listOf(admin)).totals.waiting, { timeout: 5000 }).toBe(0)
  expect(titles(await listOf(admin, '?show=waiting'))).toEqual([])
})

test('pages of a list have each broadcast once', async () => {
  const { admin, one, two } = await trio()
  const sent = []
  for (let number = 1; number <= 5; number += 1) {
    sent.push(await send(admin, { title: `${number}` }))
    await draft(admin)
  }
  for (const who of [one, two]) await acknowledge(who, sent[1]?.id ?? '')
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: BroadcastPage = await listOf(admin, `?show=waiting&limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...titles(page))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['5', '4', '3', '1'])
})

test('a recipient sees own acknowledgements on every device, and no other recipient sees them', async () => {
  const { server, admin, one, two } = await trio()
  const forOne = await send(admin, { audience: { kind: 'people', ids: [one.id] } })
  const forAll = await send(admin)
  const late = await person(server, 'late')
  const path = `/api/broadcasts/mine?ids=${forOne.id},${forAll.id},${'0'.repeat(24)}`
  const heard = next(await one.connect(), 'broadcastAcknowledged')
  const { body: entry } = await acknowledge(one, forOne.id)
  expect(await heard).toEqual({ broadcastId: forOne.id, revision: 1, at: entry.acknowledgedAt })
  const rows = (await one.get(path)).body.items
  expect(rows).toHaveLength(2)
  expect(rows).toContainEqual({
    broadcastId: forOne.id,
    state: 'acknowledged',
    acknowledgedAt: entry.acknowledgedAt,
    acknowledgedRevision: 1,
  })
  expect(rows).toContainEqual({
    broadcastId: forAll.id,
    state: 'queued',
    acknowledgedAt: null,
    acknowledgedRevision: null,
  })
  expect((await two.get(path)).body.items).toMatchObject([{ broadcastId: forAll.id, state: 'queued' }])
  for (const other of [late, admin]) expect((await other.get(path)).body.items).toEqual([])
  expect((await one.get('/api/broadcasts/mine?ids=x')).body).toMatchObject({ code: 'invalid_input' })
  expect((await one.get(`/api/broadcasts/mine?ids=${Array(101).fill(forAll.id).join(',')}`)).body).toMatchObject({
    code: 'invalid_input',
  })
})

test('a user for whom many broadcasts wait gets the urgent ones, then the newest, as many as one answer holds', async () => {
  const { people } = await team(['admin', 'one'])
  const [admin, one] = people
  if (!admin || !one) throw new Error('No user')
  const urgent = await send(admin, { title: 'Urgent', priority: 'urgent' })
  await Promise.all(Array.from({ length: PENDING_MAX }, (_, index) => send(admin, { title: `No. ${index}` })))
  const got = await pendingOf(one)
  expect([got.length, got[0]?.title]).toEqual([PENDING_MAX, 'Urgent'])
  const seqs = got.slice(1).map(({ seq }) => seq)
  expect(seqs).toEqual(Array.from({ length: PENDING_MAX - 1 }, (_, index) => urgent.seq! + PENDING_MAX - index))
  expect((await acknowledge(one, urgent.id)).status).toBe(200)
  expect((await pendingOf(one)).at(-1)?.seq).toBe(urgent.seq! + 1)
})
