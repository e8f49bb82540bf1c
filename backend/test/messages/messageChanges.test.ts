import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { LIMITS, type Message } from '../../src/contract/index.ts'
import { foundIn } from '../helpers/foundIn.ts'
import { newId, person, type Person } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'
import { programOf } from '../helpers/programs.ts'

async function twoPeople(): Promise<{ server: TestServer; ada: Person; grace: Person; message: Message }> {
  const server = await startServer()
  const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
  const { body } = await ada.post('/api/messages', { receiverId: grace.id, text: 'Frist', clientMessageId: newId() })
  return { server, ada, grace, message: body }
}

const pathOf = ({ conversationId, seq }: Message) => `/api/messages/${conversationId}/${seq}`

test('an edit gives the message the next rev, keeps its place, and keeps the earlier text readable', async () => {
  const { ada, grace, message } = await twoPeople()
  const { status, body } = await ada.patch(pathOf(message), { text: 'First', clientEditId: newId() })
  expect(status).toBe(200)
  expect(body).toEqual({ ...message, text: 'First', rev: 2, editedAt: expect.any(String) })
  expect((await grace.get(`/api/messages/${message.conversationId}`)).body).toEqual({
    items: [body],
    hasMore: false,
    rev: 2,
  })
  expect((await grace.get(`${pathOf(message)}/edits`)).body).toEqual({
    items: [{ text: 'Frist', writtenAt: message.createdAt }],
  })
  const { body: chat } = await grace.get(`/api/chats/${message.conversationId}`)
  expect(chat).toMatchObject({ lastSeq: 1, lastRev: 2, lastMessage: { text: 'First', rev: 2 }, unreadCount: 1 })
})

test('a repeated edit changes nothing, also when the text was edited again since', async () => {
  const { ada, message } = await twoPeople()
  const edit = { text: 'First', clientEditId: newId() }
  const { body: first } = await ada.patch(pathOf(message), edit)
  expect((await ada.patch(pathOf(message), edit)).body).toEqual(first)
  const { body: second } = await ada.patch(pathOf(message), { text: 'Second', clientEditId: newId() })
  expect((await ada.patch(pathOf(message), edit)).body).toEqual(second)
  expect(second.rev).toBe(3)
})

test('[E1] an edit of a text that another device replaced meanwhile is refused with the text of now', async () => {
  const { ada, message } = await twoPeople()
  const edit = (text: string, fromRev?: number) =>
    ada.patch(pathOf(message), { text, clientEditId: newId(), ...(fromRev !== undefined && { fromRev }) })
  expect((await edit('First', message.rev)).body).toMatchObject({ text: 'First', rev: 2 })
  expect((await edit('The first', message.rev)).body).toMatchObject({
    status: 409,
    code: 'outdated_revision',
    reason: 'message_edited',
    params: { text: 'First', rev: 2 },
  })
  // The same text is no conflict, an older client says no version, and the user may insist.
  expect((await edit('First', message.rev)).body).toMatchObject({ text: 'First', rev: 2 })
  expect((await edit('The first', 2)).body).toMatchObject({ text: 'The first', rev: 3 })
  expect((await edit('Last')).body).toMatchObject({ text: 'Last', rev: 4 })
})

test('a user cannot edit or delete the message of another, nor one that is not there', async () => {
  const { server, ada, grace, message } = await twoPeople()
  const mallory = await person(server, 'mallory')
  const nowhere = `/api/messages/${message.conversationId}/7`
  const edit = { text: 'Mine now', clientEditId: newId() }
  expect((await grace.patch(pathOf(message), edit)).body).toMatchObject({ status: 403, code: 'forbidden' })
  expect((await grace.delete(pathOf(message))).body).toMatchObject({ status: 403, code: 'forbidden' })
  for (const path of [pathOf(message), nowhere]) {
    expect((await mallory.patch(path, edit)).body).toMatchObject({ status: 404, code: 'not_found' })
    expect((await mallory.delete(path)).body).toMatchObject({ status: 404 })
    expect((await mallory.get(`${path}/edits`)).body).toMatchObject({ status: 404 })
  }
  expect((await ada.patch(nowhere, edit)).body).toMatchObject({ status: 404 })
  expect((await ada.get(`/api/messages/${message.conversationId}`)).body.items).toEqual([message])
})

test('a deleted message keeps its place and loses its texts everywhere', async () => {
  const { ada, grace, message } = await twoPeople()
  await ada.patch(pathOf(message), { text: 'First', clientEditId: newId() })
  await ada.patch(pathOf(message), { text: 'harmless', clientEditId: newId() })
  const { body } = await ada.delete(pathOf(message))
  expect(body).toMatchObject({ seq: 1, rev: 4, text: '', editedAt: null, deletedAt: expect.any(String) })
  expect((await ada.delete(pathOf(message))).body).toEqual(body)
  expect((await grace.get(`${pathOf(message)}/edits`)).body).toEqual({ items: [] })
  expect((await grace.get('/api/chats')).body.items[0]).toMatchObject({
    lastMessage: { text: '', deletedAt: body.deletedAt },
  })
  expect((await ada.patch(pathOf(message), { text: 'Back', clientEditId: newId() })).body).toMatchObject({
    status: 404,
  })
})

/** The promise of PROTOCOL.md. */
const GONE_WITHIN_MS = 5000

// MongoDB decides itself what it keeps of a text in its files.
test.skipIf(process.env['MONGO_DB_URI'])(
  'five seconds after a deletion no text of the message is in any file, even when the server is killed',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-gone-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const { server, kill } = await serverOfItsOwn(dataDir)
    const [ada, grace] = [await person(server, 'ada'), await person(server, 'grace')]
    const [sent, bystander] = ['canary-first', 'canary-bystander'].map((text) => ({
      receiverId: grace.id,
      text,
      clientMessageId: newId(),
    }))
    const { body: message } = await ada.post('/api/messages', sent)
    await ada.post('/api/messages', bystander)
    // One text that shares a page of the file with others, and one that has pages of its own.
    await ada.patch(pathOf(message), { text: 'canary-second', clientEditId: newId() })
    await ada.patch(pathOf(message), { text: 'canary-third '.repeat(600), clientEditId: newId() })
    await ada.patch(pathOf(message), { text: 'canary-last', clientEditId: newId() })
    const planted = ['canary-bystander', 'canary-first', 'canary-last', 'canary-second', 'canary-third']
    expect(foundIn(dataDir, /canary[-a-z]*/)).toEqual(expect.arrayContaining(planted))
    expect((await ada.delete(pathOf(message))).status).toBe(200)
    await sleep(GONE_WITHIN_MS)
    await kill()
    expect(foundIn(dataDir, /canary[-a-z]*/)).toEqual(['canary-bystander'])
  },
)

async function serverOfItsOwn(dataDir: string): Promise<{ server: Pick<TestServer, 'url'>; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [programOf(SERVER), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { server: { url: `http://127.0.0.1:${port}` }, kill }
}

const SERVER = fileURLToPath(new URL('../deliveryModel/server.child.ts', import.meta.url))

test('an admin deletes any announcement, but edits only their own', async () => {
  const server = await startServer()
  const admin = await person(server, 'admin')
  const { body: message } = await admin.post('/api/messages', {
    receiverId: 'all',
    title: 'Drill',
    text: 'At ten',
    clientMessageId: newId(),
  })
  const member = await person(server, 'member')
  expect((await member.delete(pathOf(message))).body).toMatchObject({ code: 'forbidden' })
  expect((await admin.delete(pathOf(message))).body).toMatchObject({ title: null, text: '' })
})

test('changes are listed after any rev, each message once, in the order of its last change', async () => {
  const { ada, grace, message } = await twoPeople()
  const { conversationId } = message
  const { body: second } = await grace.post('/api/messages', { conversationId, text: 'Two', clientMessageId: newId() })
  const { body: third } = await ada.post('/api/messages', { conversationId, text: 'Three', clientMessageId: newId() })
  const { body: edited } = await ada.patch(pathOf(message), { text: 'One', clientEditId: newId() })
  const since = async (rev: number, query = '') =>
    (await ada.get(`/api/messages/${conversationId}/changes?since=${rev}${query}`)).body
  expect(await since(0)).toEqual({
    items: [{ ...second, isRead: true }, third, { ...edited, isRead: true }],
    hasMore: false,
    rev: 4,
  })
  expect((await since(3)).items.map(({ rev }: Message) => rev)).toEqual([4])
  expect(await since(4)).toEqual({ items: [], hasMore: false, rev: 4 })
  expect(await since(1, '&limit=1')).toMatchObject({ items: [{ rev: 2 }], hasMore: true })
})

test('messages, edits and deletes at the same time get every rev and every place exactly once', async () => {
  const { ada, grace, message } = await twoPeople()
  const { conversationId } = message
  const work = Array.from({ length: 30 }, (_, index) => {
    const who = index % 2 ? ada : grace
    return [
      who.post('/api/messages', { conversationId, text: `No. ${index}`, clientMessageId: newId() }),
      ada.patch(pathOf(message), { text: `Edit ${index}`, clientEditId: newId() }),
    ]
  }).flat()
  const answers = (await Promise.all(work)).map(({ body }) => body as Message)
  expect(answers.map(({ rev }) => rev).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 2),
  )
  const { body: page } = await ada.get(`/api/messages/${conversationId}?limit=100`)
  expect(page.items.map(({ seq }: Message) => seq)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1))
  expect(page.rev).toBe(61)
})

test.each([
  ['an empty text', { text: ' ' }, 'text'],
  ['a text that is too long', { text: 'x'.repeat(LIMITS.messageMax + 1) }, 'text'],
  ['no clientEditId', { clientEditId: undefined }, 'clientEditId'],
  ['operators', { text: { $set: 1 } }, 'text'],
  ['a rev of its own choice', { rev: 99 }, 'rev'],
])('an edit with %s is refused, naming the field', async (_what, change, field) => {
  const { ada, message } = await twoPeople()
  const { status, body } = await ada.patch(pathOf(message), { text: 'First', clientEditId: newId(), ...change })
  expect([status, body.code]).toEqual([400, 'invalid_input'])
  expect(body.errors.map((error: { field: string }) => error.field)).toContain(field)
})

test('a message can be edited many times, but not without end', async () => {
  const { ada, message } = await twoPeople()
  for (let index = 0; index < LIMITS.editsMax; index += 1)
    expect((await ada.patch(pathOf(message), { text: `No. ${index}`, clientEditId: newId() })).status).toBe(200)
  expect((await ada.patch(pathOf(message), { text: 'Once more', clientEditId: newId() })).body).toMatchObject({
    code: 'forbidden',
  })
})
