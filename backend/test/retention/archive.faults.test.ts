import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { Archive, Message, ReportedMessage } from '../../src/contract/index.ts'
import { foundIn } from '../helpers/foundIn.ts'
import { createGroup, messagesOf, say, team } from '../helpers/groups.ts'
import { call, newId, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { upload } from '../media/files.ts'
import { aged, ended, inStore, makeOlder, on, rules, run, sayMany } from './retention.helpers.ts'
import { programOf } from '../helpers/programs.ts'

const PATIENCE = { timeout: 8000, interval: 200 }
const ARCHIVE_30 = { days: 30, action: 'archive' } as const
const SERVER = fileURLToPath(new URL('../deliveryModel/server.child.ts', import.meta.url))

/** Makes a group of two with three archived messages. */
async function archived() {
  const { server, people } = await team(['admin', 'grace'])
  const [admin, grace] = people as [Person, Person]
  const group = await createGroup(admin, [grace], { name: 'Choir' })
  const [first] = [
    await say(grace, group.id, 'canary-one\nwith \u2028 lines'),
    await say(admin, group.id, 'canary-two'),
  ]
  await grace.patch(`/api/messages/${group.id}/${first.seq}`, { text: 'canary-edited', clientEditId: newId() })
  const attachment = await upload(server, grace, 'plan.txt', Buffer.from('canary-content'))
  const { body: last } = await grace.post('/api/messages', {
    conversationId: group.id,
    text: 'canary-three',
    attachmentIds: [attachment.id],
    clientMessageId: newId(),
  })
  const again = await aged(server, group.id, last.seq, 31)
  const [boss, member] = [on(again, admin), on(again, grace)]
  await boss.patch('/api/admin/settings', { retention: rules({ group: ARCHIVE_30 }) })
  expect(await run(boss)).toMatchObject({ state: 'done', removed: { group: 3 }, total: 3 })
  const { body } = await boss.get('/api/admin/archives')
  return { server: again, boss, member, group, archive: body.items[0] as Archive, first }
}

const textsOf = async (who: Person, id: string) =>
  (await messagesOf(who, id))
    .filter(({ kind }) => kind === 'user')
    .map(({ text, deletedAt }: Message) => (deletedAt ? '-' : text))
const linesOf = (file: string) =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('around a reported message, archived messages differ from deleted ones', async () => {
  const { boss, member, group, first } = await archived()
  const { body: report } = await member.post('/api/reports', {
    userId: member.id,
    conversationId: group.id,
    seq: first.seq,
    reason: 'Look at this',
  })
  const { body } = await boss.get(`/api/admin/reports/${report.id}/context`)
  const places = body.items.map(({ kind, isArchived, deletedAt, text }: ReportedMessage) => [
    kind,
    isArchived,
    deletedAt !== null,
    text,
  ])
  expect(places.slice(-3)).toEqual([
    ['user', true, true, ''],
    ['user', true, true, ''],
    ['user', true, true, ''],
  ])
  expect(places[0]).toEqual(['system', false, false, ''])
})

test('archived messages are in a readable file, and in no other place', async () => {
  const { server, boss, group, archive } = await archived()
  expect(archive).toMatchObject({ kind: 'group', messages: 3, restoredAt: null })
  expect(Date.parse(archive.from)).toBeLessThanOrEqual(Date.parse(archive.to))
  const file = join(server.dataDir, 'archive', archive.name)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const [header, ...lines] = linesOf(file)
  expect(header).toMatchObject({ format: 1, kind: 'group' })
  expect(lines).toMatchObject([
    {
      conversation: 'Choir',
      from: 'grace (grace)',
      text: 'canary-edited',
      edits: [{ text: 'canary-one\nwith \u2028 lines' }],
      at: expect.any(String),
    },
    { from: 'admin (admin)', text: 'canary-two', attachments: [] },
    { text: 'canary-three', attachments: [{ name: 'plan.txt', type: expect.any(String), bytes: 14 }] },
  ])
  await expect.poll(() => foundIn(server.dataDir, /canary-[a-z]+/), PATIENCE).toEqual([])

  const answer = await fetch(`${server.url}/api/admin/archives/${archive.name}`, {
    headers: { authorization: `Bearer ${boss.accessToken}` },
  })
  expect(answer.headers.get('content-disposition')).toContain(archive.name)
  expect(answer.headers.get('content-length')).toBe(String(archive.bytes))
  expect(
    createHash('sha256')
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest('hex'),
  ).toBe(archive.sha256)
  // Stored when the file is finished.
  await expect
    .poll(async () => (await boss.get('/api/admin/audit?action=archive.download')).body.items)
    .toMatchObject([{ targetId: archive.name, outcome: 'done' }])
  expect(await textsOf(boss, group.id)).toEqual(['-', '-', '-'])
}, 60_000)

test('restoring puts texts back into their places, can be repeated, and restores no message that was deleted since', async () => {
  const { server, boss, member, group, archive, first } = await archived()
  const restore = () => boss.post(`/api/admin/archives/${archive.name}/restore`, {})
  expect(await restore()).toMatchObject({ status: 200, body: { restored: 3, skipped: 0 } })
  expect(await textsOf(member, group.id)).toEqual(['canary-edited', 'canary-two', 'canary-three'])
  expect((await member.get(`/api/messages/${group.id}/${first.seq}/edits`)).body.items).toMatchObject([
    { text: 'canary-one\nwith \u2028 lines' },
  ])
  expect((await boss.get('/api/admin/archives')).body.items[0].restoredAt).toEqual(expect.any(String))
  expect((await member.delete(`/api/messages/${group.id}/${first.seq}`)).status).toBe(200)
  expect((await restore()).body).toEqual({ restored: 0, skipped: 3 })
  expect(await textsOf(boss, group.id)).toEqual(['-', 'canary-two', 'canary-three'])

  // The rules still exist, but restored messages stay.
  expect(await run(boss)).toMatchObject({ removed: { group: 0 }, total: 0 })
  expect(await textsOf(boss, group.id)).toEqual(['-', 'canary-two', 'canary-three'])
  expect((await boss.delete(`/api/admin/archives/${archive.name}`)).status).toBe(204)
  expect(readdirSync(join(server.dataDir, 'archive'))).toEqual([])
  expect(await restore()).toMatchObject({ status: 404 })
}, 60_000)

test('no message is restored of a user who was deleted with all messages, nor from a changed file', async () => {
  const { server, boss, member, group, archive } = await archived()
  await boss.delete(`/api/admin/users/${member.id}?messages=true`)
  expect((await boss.post(`/api/admin/archives/${archive.name}/restore`, {})).body).toEqual({ restored: 1, skipped: 2 })
  expect(await textsOf(boss, group.id)).toEqual(['-', 'canary-two', '-'])
  const file = join(server.dataDir, 'archive', archive.name)
  const bytes = readFileSync(file)
  bytes[40] = (bytes[40] ?? 0) ^ 1
  writeFileSync(file, bytes)
  expect(await boss.post(`/api/admin/archives/${archive.name}/restore`, {})).toMatchObject({
    status: 409,
    body: { code: 'file_damaged' },
  })
}, 60_000)

test('no name leads to another directory', async () => {
  const { server, people } = await team(['admin'])
  const [admin] = people as [Person]
  writeFileSync(join(server.dataDir, 'secret.jsonl.gz'), 'secret')
  for (const name of [
    '..%2fsecret.jsonl.gz',
    '%2e%2e%2fjwt-secret',
    'secret.jsonl.gz',
    '..%5c..%5cparley.db',
    'group-20260101-000000-ffffff.jsonl.gz',
  ]) {
    expect((await admin.get(`/api/admin/archives/${name}`)).status).toBe(404)
    expect((await admin.delete(`/api/admin/archives/${name}`)).status).toBe(404)
  }
  expect(existsSync(join(server.dataDir, 'secret.jsonl.gz'))).toBe(true)
})

// The first name exists when the file is begun, the second when it is complete and its messages are removed.
test.each(['.unfinished-', 'group-'])(
  'a server that is killed while it archives (%s) loses nothing, and continues after a restart',
  async (sign) => {
    const { server, people } = await team(['admin', 'grace'])
    const [admin, grace] = people as [Person, Person]
    const group = await createGroup(admin, [grace])
    const texts = Array.from({ length: 1000 }, (_, index) => `old-${index}-`)
    await server.stop()
    await inStore(server, async (models) => {
      await sayMany(models, group.id, grace, texts)
      await makeOlder(models, group.id, 5000, 40)
      await models.Setting.updateOne(
        { _id: 'retention' },
        { $set: { value: rules({ group: ARCHIVE_30 }) } },
        { upsert: true },
      )
    })
    const folder = join(server.dataDir, 'archive')
    await killedWhen(server.dataDir, admin, (names) => names.some((name) => name.startsWith(sign)))

    const inFiles = () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.gz') && !name.startsWith('.'))
        .flatMap((name) => linesOf(join(folder, name)).flatMap(({ text }) => (typeof text === 'string' ? [text] : [])))
    const inStoreNow = await inStore(server, ({ Message }) =>
      Message.find({ deletedAt: null, kind: { $ne: 'system' } }).distinct('text'),
    )
    expect(new Set([...inFiles(), ...inStoreNow])).toEqual(new Set(texts))

    const again = await startServer({}, server.dataDir)
    expect(await ended(on(again, admin))).toMatchObject({ state: 'done' })
    expect(inFiles().toSorted()).toEqual(texts.toSorted())
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    await expect.poll(() => foundIn(server.dataDir, /old-\d+-/), PATIENCE).toEqual([])
  },
  120_000,
)

/** Starts a run on a server process, and kills the server as soon as the folder of archives has such a file. */
async function killedWhen(dataDir: string, admin: Person, looks: (names: string[]) => boolean): Promise<void> {
  const child = spawn(process.execPath, [programOf(SERVER), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const folder = join(dataDir, 'archive')
  const exit = once(child, 'exit')
  const watcher = watch(dataDir, { recursive: true }, () => {
    if (existsSync(folder) && looks(readdirSync(folder).filter((name) => !name.endsWith('.json'))))
      child.kill('SIGKILL')
  })
  await call({ url: `http://127.0.0.1:${port}` }, 'POST', '/api/admin/retention/run', admin.accessToken, {}).catch(
    () => undefined,
  )
  await exit
  watcher.close()
  expect(child.signalCode).toBe('SIGKILL')
}
