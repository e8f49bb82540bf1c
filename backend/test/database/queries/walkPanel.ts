import { expect } from 'vitest'
import { ADMIN_USER_SORTS, ANNOUNCEMENTS_ID, BROADCAST_LISTS } from '../../../src/contract/index.ts'
import { inStore, makeOlder, moveToCold, on, run } from '../../retention/retention.helpers.ts'
import { acknowledge, draft, secondAdmin, send as broadcast } from '../../broadcasts/helpers.ts'
import { createGroup } from '../../helpers/groups.ts'
import { call, newId, person, type Person } from '../../helpers/people.ts'
import { startServer, type TestServer } from '../../helpers/startServer.ts'
import { upload } from '../../media/files.ts'
import { transparentPng } from '../../media/samples.ts'

/** An admin and three other users. */
export type Made = [Person, Person, Person, Person]

/** Reads each page of a list. */
export async function pages(who: Person, path: string): Promise<void> {
  let cursor: string | null = null
  do {
    const { status, body } = await who.get(
      `${path}${path.includes('?') ? '&' : '?'}limit=1${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`)
    cursor = body.nextCursor ?? null
  } while (cursor !== null)
}

export async function announcements(server: TestServer, [admin, grace, heidi, ivan]: Made): Promise<void> {
  const group = await createGroup(admin, [grace])
  await admin.post('/api/messages', { receiverId: 'all', text: 'plain', clientMessageId: newId() })
  const picture = await upload(server, admin, 'b.png', await transparentPng())
  const audiences = [
    { kind: 'everybody' },
    { kind: 'roles', roles: ['member'] },
    { kind: 'groups', ids: [group.id] },
    { kind: 'people', ids: [grace.id, heidi.id] },
  ]
  for (const audience of audiences) {
    const { id } = await draft(admin, { audience })
    await admin.get(`/api/admin/broadcasts/${id}`)
    await admin.post(`/api/admin/broadcasts/${id}/preview-count`, {})
    await admin.patch(`/api/admin/broadcasts/${id}`, { text: 'By the south door.' })
    await admin.post(`/api/admin/broadcasts/${id}/send`, {})
  }
  const { id } = await broadcast(admin, { attachmentIds: [picture.id] })
  await grace.get(`/api/media/${picture.id}/url`)
  const path = `/api/admin/broadcasts/${id}`
  const all = await grace.connect()
  await grace.get('/api/broadcasts/pending')
  await grace.get(`/api/broadcasts/mine?ids=${id}`)
  await grace.get(`/api/messages/${ANNOUNCEMENTS_ID}`)
  await grace.post(`/api/messages/${ANNOUNCEMENTS_ID}/read`, { seq: 3 })
  await ivan.get('/api/chats')
  await acknowledge(grace, id)
  await admin.patch(path, { text: 'Stay.', isMaterial: true })
  await admin.get(`${path}/revisions`)
  await admin.get(`${path}/counts`)
  for (const filter of ['', '?state=queued', '?state=acknowledged', '?q=gr'])
    await pages(admin, `${path}/ledger${filter}`)
  await whole(server, admin, `${path}/ledger.csv`)
  await admin.post(`${path}/remind`, {})
  await admin.post(`${path}/remind`, { everySeconds: 3600, until: new Date(Date.now() + 86_400_000).toISOString() })
  await admin.delete(`${path}/remind`)
  const later = await draft(admin, { sendAt: new Date(Date.now() + 86_400_000).toISOString() })
  await admin.post(`/api/admin/broadcasts/${later.id}/send`, {})
  await admin.post(`/api/admin/broadcasts/${later.id}/cancel`, {})
  await admin.delete(`/api/admin/broadcasts/${(await draft(admin)).id}`)
  for (const show of BROADCAST_LISTS) await pages(admin, `/api/admin/broadcasts?show=${show}`)
  const { body: told } = await admin.get(`/api/messages/${ANNOUNCEMENTS_ID}?limit=1`)
  await admin.delete(`/api/messages/${ANNOUNCEMENTS_ID}/${told.items[0].seq}`)
  await grace.get('/api/broadcasts/pending')
  all.disconnect()
}

export async function panel(server: TestServer, [admin, grace, heidi]: Made): Promise<void> {
  await secondAdmin(server, admin, 'judy')
  for (const sort of ADMIN_USER_SORTS)
    for (const filter of [
      '',
      '&role=member',
      '&state=disabled',
      '&role=member&state=active',
      '&q=he',
      '&q=he&role=member',
    ])
      await pages(admin, `/api/admin/users?sort=${sort}${filter}`)
  const target = await person(server, 'kim')
  const path = `/api/admin/users/${target.id}`
  await admin.get(path)
  await admin.post(`${path}/mute`, { until: new Date(Date.now() + 3600_000).toISOString() })
  await admin.post(`${path}/disable`, {})
  await admin.post(`${path}/enable`, {})
  await admin.post(`${path}/logout`, {})
  const { body: link } = await admin.post(`${path}/reset-link`, {})
  await call(server, 'POST', '/api/auth/reset', undefined, { token: link.token, password: 'correct horses' })
  await admin.get('/api/admin/settings')
  const { body: invite } = await admin.post('/api/admin/invites', { maxUses: 1 })
  await admin.patch('/api/admin/settings', { registration: { mode: 'invite', domains: [] } })
  await call(server, 'GET', `/api/auth/registration?invite=${invite.token}`)
  await call(server, 'POST', '/api/auth/signup', undefined, {
    username: 'liam',
    fullName: 'Liam',
    email: 'liam@example.org',
    password: 'correct horse',
    transport: 'bearer',
    invite: invite.token,
  })
  await pages(admin, '/api/admin/invites')
  await admin.delete(`/api/admin/invites/${(await admin.post('/api/admin/invites', {})).body.id}`)
  await admin.get('/api/admin/stats')
  for (const state of ['', '?state=open', '?state=resolved']) await pages(admin, `/api/admin/reports${state}`)
  const { body: reports } = await admin.get('/api/admin/reports')
  const about = reports.items.find((report: { seq: number | null }) => report.seq !== null)
  await admin.get(`/api/admin/reports/${about.id}/context`)
  await admin.post(`/api/admin/reports/${about.id}/delete-message`, {})
  await admin.patch(`/api/admin/reports/${about.id}`, { state: 'resolved' })
  for (const filter of [
    '',
    '?q=grace',
    '?action=user.mute',
    `?actor=${admin.id}`,
    `?q=${grace.id}`,
    '?q=127.0.0.1',
    `?q=grace&actor=${admin.id}`,
  ]) {
    await pages(admin, `/api/admin/audit${filter}`)
    await whole(server, admin, `/api/admin/audit.csv${filter}`)
  }
  await whole(server, admin, `/api/admin/users/${heidi.id}/export`)
  await whole(server, admin, `/api/admin/users/${grace.id}/export`)
  await admin.delete(`${path}?messages=true`)
  const { body: backup } = await admin.post('/api/admin/backups', {})
  await expect
    .poll(async () => (await admin.get('/api/admin/backups')).body.items[0].state, { timeout: 30_000, interval: 100 })
    .toBe('done')
  const { body: download } = await admin.post(`/api/admin/backups/${backup.name}/token`, { password: 'correct horse' })
  await whole(server, admin, `/api/admin/backups/${backup.name}?token=${download.token}`)
  await admin.delete(`/api/admin/backups/${backup.name}`)
  await server.app.command('setRole', { login: 'heidi', role: 'member' })
  await server.app.command('broadcast', { text: 'From the command line' })
}

/** Retention, archives, and the queries of a start. No user writes any more. */
export async function secondStart(server: TestServer, [first]: Made, groupId: string): Promise<TestServer> {
  await inStore(server, async (models) => {
    await makeOlder(models, groupId, 100, 400)
    await moveToCold(models, 30)
  })
  const again = await startServer({ messagesPerMinute: 100_000, coldAfterDays: 30 }, server.dataDir)
  const admin = on(again, first)
  for (const path of ['?before=3', '/changes?since=0']) await admin.get(`/api/messages/${groupId}${path}`)
  await whole(again, admin, `/api/admin/users/${first.id}/export`)
  const retention = {
    direct: { days: 30, action: 'delete' },
    group: { days: 30, action: 'archive' },
    broadcast: { days: 30, action: 'delete' },
  }
  await admin.post('/api/admin/retention/dry-run', { retention })
  await admin.patch('/api/admin/settings', { retention })
  await run(admin)
  const { body: archives } = await admin.get('/api/admin/archives')
  const archive = `/api/admin/archives/${archives.items[0].name}`
  await whole(again, admin, archive)
  await admin.post(`${archive}/restore`, {})
  await admin.delete(archive)
  return again
}

/** Reads a file to its end. */
async function whole({ url }: TestServer, who: Person, path: string): Promise<void> {
  await fetch(url + path, { headers: { authorization: `Bearer ${who.accessToken}` } }).then((answer) =>
    answer.arrayBuffer(),
  )
}
