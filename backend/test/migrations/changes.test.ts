import bcrypt from 'bcryptjs'
import { Types, type Connection } from 'mongoose'
import { expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID, type Conversation, type Message } from '../../src/contract/index.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { numberChanges } from '../../src/migrations/messageRev.migration.ts'
import { directConversationId } from '../../src/models/conversation.model.ts'
import { withStore } from '../helpers/openStore.ts'
import { call, newId, type Answer } from '../helpers/people.ts'
import { startServer, type TestServer } from '../helpers/startServer.ts'

/**
 * More documents than the migration reads at once. FerretDB 1.24 looks at every document for each update and gets
 * fewer.
 */
const COUNT = process.env['FERRETDB'] ? 120 : 1020
const READ = COUNT - 15
const [ADA, GRACE] = [new Types.ObjectId('000000000000000000000001'), new Types.ObjectId('00000000000000000000a002')]
const [CHAT, SILENT, ANNOUNCEMENTS] = [
  directConversationId(ADA, GRACE),
  directConversationId(ADA, ADA),
  new Types.ObjectId(ANNOUNCEMENTS_ID),
]
const logger = createLogger('silent')

test('a store of the previous release gets its changes numbered, and works as if they had always been', async () => {
  const server = await startServer({}, await oldStore())
  const [ada, grace] = [await signIn(server, 'ada'), await signIn(server, 'grace')]
  const chats: Conversation[] = (await grace('GET', '/api/chats')).body.items
  expect(chats).toMatchObject([
    {
      id: CHAT.toHexString(),
      lastSeq: COUNT,
      lastRev: COUNT,
      readSeq: READ,
      deliveredSeq: READ,
      peerReadSeq: COUNT,
      peerDeliveredSeq: COUNT,
      unreadCount: COUNT - READ,
      markedUnread: false,
      receiptsHidden: false,
      lastMessage: { seq: COUNT, rev: COUNT, text: `No. ${COUNT}`, editedAt: null, deletedAt: null },
    },
    { id: ANNOUNCEMENTS_ID, lastSeq: 1, lastRev: 1, unreadCount: 1 },
  ])
  expect((await grace('GET', '/api/chats?unread=true')).body.items).toHaveLength(2)
  expect((await grace('GET', '/api/auth/me')).body).toMatchObject({ lastSeenAt: null, hidesReadReceipts: false })

  const path = `/api/messages/${CHAT.toHexString()}`
  const told: Message[] = []
  for (let hasMore = true; hasMore;) {
    const { body } = await grace('GET', `${path}/changes?since=${told.length}&limit=100`)
    told.push(...body.items)
    ;({ hasMore } = body)
  }
  expect(told.map(({ rev, seq }) => [rev, seq])).toEqual(
    Array.from({ length: COUNT }, (_, index) => [index + 1, index + 1]),
  )
  const since = new Date(0).toISOString()
  const sync = (
    await grace('POST', '/api/sync', { since, held: { [CHAT.toHexString()]: COUNT - 3, [ANNOUNCEMENTS_ID]: 0 } })
  ).body
  expect(sync.messages.map(({ rev }: Message) => rev).toSorted()).toEqual([1, COUNT - 2, COUNT - 1, COUNT])
  expect((await grace('POST', '/api/sync', { since, held: { [CHAT.toHexString()]: 0 } })).body.reload).toEqual([
    CHAT.toHexString(),
  ])

  expect((await ada('PATCH', `${path}/${COUNT}`, { text: 'Edited', clientEditId: newId() })).body).toMatchObject({
    rev: COUNT + 1,
    text: 'Edited',
  })
  expect((await grace('GET', `${path}/${COUNT}/edits`)).body.items).toMatchObject([{ text: `No. ${COUNT}` }])
  expect((await ada('DELETE', `${path}/1`)).body).toMatchObject({ rev: COUNT + 2, seq: 1, text: '' })
  const sent = await ada('POST', '/api/messages', {
    receiverId: ADA.toHexString(),
    text: 'To myself',
    clientMessageId: newId(),
  })
  expect(sent.body).toMatchObject({ seq: 1, rev: 1, conversationId: SILENT.toHexString() })
  await server.stop()
  const indexes = await withStore(server.dataDir, (connection) => connection.collection('participants').indexes())
  expect(indexes.map(({ key }) => key)).toContainEqual({ userId: 1, conversationId: 1 })
  expect(indexes.map(({ key }) => key)).not.toContainEqual({ userId: 1 })
})

test('a migration that runs again, or on two nodes at the same time, leaves finished and newer work alone', async () => {
  await withStore(await oldStore(), async (connection) => {
    const lastSeenAt = new Date()
    const changed = {
      rev: COUNT + 1,
      text: 'Edited',
      editedAt: lastSeenAt,
      deletedAt: null,
      edits: [{ text: 'No. 7', writtenAt: lastSeenAt, clientEditId: 'x' }],
    }
    const done = Array.from({ length: COUNT / 2 }, (_, index) => ({
      updateOne: { filter: { conversationId: CHAT, seq: index + 1 }, update: { $set: { rev: index + 1 } } },
    }))
    for (let at = 0; at < done.length; at += 50)
      await connection.collection('messages').bulkWrite(done.slice(at, at + 50))
    await connection.collection('messages').updateOne({ conversationId: CHAT, seq: 7 }, { $set: changed })
    await connection
      .collection('conversations')
      .updateOne({ _id: CHAT }, { $set: { lastRev: COUNT + 1, changedAt: lastSeenAt } })
    await connection
      .collection('participants')
      .updateOne({ userId: GRACE }, { $set: { readSeq: READ + 2, deliveredSeq: READ + 7, markedUnread: true } })
    await connection.collection('users').updateOne({ _id: GRACE }, { $set: { lastSeenAt } })
    await Promise.all([numberChanges(connection, logger), numberChanges(connection, logger)])
    await numberChanges(connection, logger)
    const messages = await connection.collection('messages').find({ conversationId: CHAT }).sort({ seq: 1 }).toArray()
    expect(messages.filter(({ seq, rev }) => seq !== rev).map(({ seq }) => seq)).toEqual([7])
    expect(messages[6]).toMatchObject(changed)
    expect(await connection.collection('conversations').findOne({ _id: CHAT })).toMatchObject({
      lastRev: COUNT + 1,
      changedAt: lastSeenAt,
    })
    expect(await connection.collection('participants').findOne({ userId: GRACE })).toMatchObject({
      readSeq: READ + 2,
      deliveredSeq: READ + 7,
      markedUnread: true,
    })
    expect(await connection.collection('users').findOne({ _id: GRACE })).toMatchObject({
      lastSeenAt,
      hidesReadReceipts: false,
    })
  })
})

/**
 * Makes a directory with a store as the previous release wrote it, with that release's indexes. It uses nothing of
 * today's models.
 */
async function oldStore(): Promise<string> {
  const server = await startServer()
  await server.stop()
  await withStore(server.dataDir, async (connection) => {
    await connection.dropDatabase()
    await connection.collection('messages').createIndex({ conversationId: 1, seq: 1 }, { unique: true })
    await connection.collection('messages').createIndex({ senderId: 1, clientMessageId: 1 }, { unique: true })
    await connection.collection('participants').createIndex({ conversationId: 1, userId: 1 }, { unique: true })
    await connection.collection('participants').createIndex({ userId: 1 })
    await fill(connection)
    await connection.collection<{ _id: string; version: number }>('versions').insertOne({ _id: 'schema', version: 1 })
  })
  return server.dataDir
}

async function fill(connection: Connection): Promise<void> {
  const createdAt = new Date('2026-10-01T08:00:00Z')
  const passwordHash = await bcrypt.hash('correct horse', 4)
  await connection.collection('users').insertMany(
    [ADA, GRACE].map((_id, index) => {
      const username = index === 0 ? 'ada' : 'grace'
      const keys = {
        usernameKey: username,
        email: `${username}@example.org`,
        fullName: username,
        fullNameKey: username,
        searchKeys: [username],
      }
      return { _id, username, ...keys, passwordHash, role: index === 0 ? 'admin' : 'member', createdAt }
    }),
  )
  const message = (conversationId: Types.ObjectId, seq: number, receiverId: string) => ({
    _id: new Types.ObjectId(),
    conversationId,
    seq,
    senderId: ADA,
    receiverId,
    title: null,
    text: `No. ${seq}`,
    clientMessageId: `${conversationId.toHexString()}-${seq}`,
    createdAt: new Date(createdAt.getTime() + seq * 1000),
  })
  const messages = Array.from({ length: COUNT }, (_, index) => message(CHAT, index + 1, GRACE.toHexString()))
  const announcement = message(ANNOUNCEMENTS, 1, 'all')
  await connection.collection('messages').insertMany([...messages, announcement])
  const last = messages.at(-1)
  await connection.collection('conversations').insertMany([
    {
      _id: CHAT,
      kind: 'direct',
      participantIds: [ADA, GRACE],
      lastMessage: last,
      lastSeq: COUNT,
      lastActivityAt: last?.createdAt,
      createdAt,
      __v: 0,
    },
    {
      _id: SILENT,
      kind: 'direct',
      participantIds: [ADA, ADA],
      lastMessage: null,
      lastSeq: 0,
      lastActivityAt: null,
      createdAt,
      __v: 0,
    },
    {
      _id: ANNOUNCEMENTS,
      kind: 'broadcast',
      participantIds: [],
      lastMessage: announcement,
      lastSeq: 1,
      lastActivityAt: announcement.createdAt,
      createdAt,
      __v: 0,
    },
  ])
  await connection.collection('participants').insertMany([
    { conversationId: CHAT, userId: ADA, readSeq: COUNT, __v: 0 },
    { conversationId: CHAT, userId: GRACE, readSeq: READ, __v: 0 },
    { conversationId: SILENT, userId: ADA, readSeq: 0, __v: 0 },
    { conversationId: ANNOUNCEMENTS, userId: ADA, readSeq: 1 },
  ])
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

async function signIn(server: TestServer, login: string): Promise<Ask> {
  const { body } = await call(server, 'POST', '/api/auth/login', undefined, {
    login,
    password: 'correct horse',
    transport: 'bearer',
  })
  return (method, path, input) => call(server, method, path, body.tokens.accessToken, input)
}
