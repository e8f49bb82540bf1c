import { Types } from 'mongoose'
import type { Config } from '../config.ts'
import { EVERYBODY, type GroupRole, type UserRole } from '../contract/index.ts'
import { createMarkAnnouncementsRead } from '../broadcasts/index.ts'
import { createGroupMemberRepository, openDirectConversation } from '../conversations/index.ts'
import { openDatabase, type Database } from '../database/database.connection.ts'
import { StartupError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { createPasswordPool, type PasswordPool } from '../lib/passwords/pool.ts'
import { migrate } from '../migrations/migration.runner.ts'
import { announcementKey, BROADCAST_DEFAULTS, toMark, type BroadcastRecord } from '../models/broadcast.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import { createConversationSummaryWriter, createMessageLog } from '../messageLog/index.ts'
import { refuseUnfinished } from '../database/unfinished.guard.ts'
import { createModels, type Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import { recipientId, type RecipientRecord } from '../models/recipient.model.ts'
import { createUser } from '../accounts/index.ts'
import { compose, type ComposedMessage } from './message.composer.ts'
import { CONVERSATIONS, type DemoConversation } from './conversations.data.ts'
import { composeGroup, GROUPS, type DemoGroup } from './groups.data.ts'
import { DEMO_PASSWORD, DEMO_USERS } from './users.data.ts'
import { createRandom } from './random.generator.ts'
import { ANNOUNCEMENTS } from './texts/announcements.text.ts'
import { ago, awake } from './timetable.generator.ts'

/** Any number works. It gives the demo the same texts every time. */
const SEED = 20_261_121

/** The store has users already. Nothing was changed. */
export class NotEmptyError extends StartupError {}

interface Account {
  id: Types.ObjectId
  role: UserRole
  joinedAt: Date
}

type Accounts = ReadonlyMap<string, Account>

/**
 * Fills an empty store with the demo team.
 * @param report gets one line for each finished step
 * @throws NotEmptyError; StartupError also when a running server holds the store
 */
export async function seedStore(
  config: Config,
  logger: Logger,
  report: (line: string) => void,
  now = new Date(),
): Promise<void> {
  const database = await open(config, logger)
  const passwords = createPasswordPool({ cost: config.bcryptCost })
  try {
    await migrate(database.connection, logger)
    const models = await createModels(database.connection)
    await refuseUnlessEmpty(models)
    const accounts = await createUsers(models, passwords, logger, now)
    report(`${accounts.size} people`)
    const keep = createMessageWriter(models, logger)
    report(await createConversations(models, accounts, keep, now))
    report(await createGroups(models, accounts, keep, now))
    report(await createAnnouncements(models, accounts, keep, now))
  } finally {
    await passwords.close()
    await database.close()
  }
}

/** Opens the store. An error, usually a running server, becomes one that the operator reads without a stack. */
async function open({ mongoUri, dataDir }: Config, logger: Logger): Promise<Database> {
  if (mongoUri === undefined) await refuseUnfinished(dataDir)
  try {
    return await openDatabase({ mongoUri, dataDir, logger })
  } catch (cause) {
    throw new StartupError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

async function refuseUnlessEmpty({ User, Message }: Models): Promise<void> {
  if ((await User.exists({})) === null && (await Message.exists({})) === null) return
  throw new NotEmptyError(
    'This store has users already, and the demo team needs an empty store. Nothing was changed.\nTo try the demo, set another DATA_DIR (or MONGO_DB_URI) for the seed and for the server.',
  )
}

async function createUsers(models: Models, passwords: PasswordPool, logger: Logger, now: Date): Promise<Accounts> {
  const accounts = new Map<string, Account>()
  const welcome = createMarkAnnouncementsRead(models, createMessageLog(models, logger))
  for (const { username, fullName, joinedDaysAgo, bio = '', statusText = '' } of DEMO_USERS) {
    const passwordHash = await passwords.hash(DEMO_PASSWORD)
    const { _id, role } = await createUser(models.User, {
      username,
      fullName,
      email: `${username}@tamarind.example`,
      passwordHash,
    })
    const joinedAt = ago(now, { days: joinedDaysAgo })
    await models.User.updateOne({ _id }, { $set: { createdAt: joinedAt, bio, statusText } })
    await welcome(_id.toHexString())
    accounts.set(username, { id: _id, role, joinedAt })
  }
  return accounts
}

async function createConversations(models: Models, accounts: Accounts, keep: Keep, now: Date): Promise<string> {
  let count = 0
  for (const [index, conversation] of CONVERSATIONS.entries()) {
    const messages = compose(conversation, now, SEED + index)
    await createDirect(models, accounts, keep, conversation, messages)
    count += messages.length
  }
  return `${CONVERSATIONS.length} conversations with ${count} messages`
}

async function createDirect(
  models: Models,
  accounts: Accounts,
  keep: Keep,
  { between, unread }: DemoConversation,
  messages: ComposedMessage[],
): Promise<void> {
  const pair = [accountOf(accounts, between[0]), accountOf(accounts, between[1])] as const
  const [a, b] = pair
  const { _id: conversationId } = await openDirectConversation(
    models,
    { userId: a.id.toHexString(), role: a.role, sessionId: '' },
    b.id.toHexString(),
  )
  const records = messages.map(({ speaker, text, createdAt }) => {
    const receiver = pair[speaker === 0 ? 1 : 0]
    return {
      conversationId,
      senderId: pair[speaker].id,
      receiverId: receiver.id.toHexString(),
      title: null,
      text,
      createdAt,
    }
  })
  const last = await keep(records)
  const reader = last.senderId.equals(a.id) ? b : a
  await models.Participant.updateOne(
    { conversationId, userId: reader.id },
    { $max: { readSeq: last.seq - unread, deliveredSeq: last.seq } },
  )
}

async function createGroups(models: Models, accounts: Accounts, keep: Keep, now: Date): Promise<string> {
  for (const [index, group] of GROUPS.entries()) await createGroup(models, accounts, keep, group, now, SEED - index)
  return `${GROUPS.length} groups`
}

async function createGroup(
  models: Models,
  accounts: Accounts,
  keep: Keep,
  group: DemoGroup,
  now: Date,
  seed: number,
): Promise<void> {
  const { name, description, members, admins, unread } = group
  const [owner] = members
  if (owner === undefined) throw new Error('A group has an owner')
  const ownerId = accountOf(accounts, owner).id
  const conversationId = new Types.ObjectId()
  const { begunAt, lines } = composeGroup(group, now, seed)
  const people = members.map((username): { userId: Types.ObjectId; role: GroupRole } => ({
    userId: accountOf(accounts, username).id,
    role: username === owner ? 'owner' : admins.includes(username) ? 'admin' : 'member',
  }))
  await createGroupMemberRepository(models).add(conversationId, people, 0, true)
  await models.Participant.updateMany({ conversationId }, { $set: { joinedAt: begunAt } })
  const memberCount = people.length
  await models.Conversation.collection.insertOne({
    _id: conversationId,
    kind: 'group',
    participantIds: [],
    lastMessage: null,
    lastSeq: 0,
    lastRev: 0,
    changedAt: now,
    lastActivityAt: null,
    createdAt: begunAt,
    group: { name, description, pictureHash: null, history: 'all', memberCount, createdBy: ownerId, lastJoinedSeq: 1 },
  })
  const last = await keep([
    {
      conversationId,
      receiverId: null,
      title: null,
      senderId: ownerId,
      kind: 'system',
      event: { kind: 'created', name, memberCount },
      text: '',
      createdAt: begunAt,
    },
    ...lines.map(({ speaker, text, createdAt }) => ({
      conversationId,
      receiverId: null,
      title: null,
      senderId: accountOf(accounts, speaker).id,
      text,
      createdAt,
    })),
  ])
  const readSeq = last.seq - unread
  await models.Participant.updateMany({ conversationId }, { $max: { readSeq, deliveredSeq: last.seq } })
}

/** Writes the announcements as broadcasts that were sent at their times, with a ledger of who has opened them. */
async function createAnnouncements(models: Models, accounts: Accounts, keep: Keep, now: Date): Promise<string> {
  const random = createRandom(SEED)
  const [admin, ...members] = accounts.values()
  if (!admin) throw new Error('The demo team has an admin')
  const sent = ANNOUNCEMENTS.map(({ daysAgo, title, text, needsAcknowledgement = false }, index): BroadcastRecord => {
    const createdAt = new Date(awake(ago(now, { days: daysAgo }).getTime(), random))
    return {
      ...BROADCAST_DEFAULTS,
      _id: new Types.ObjectId(),
      title,
      text,
      attachments: [],
      needsAcknowledgement,
      priority: needsAcknowledgement ? 'important' : 'normal',
      sendAt: null,
      expiresAt: null,
      state: 'sent',
      revision: 1,
      materialRevision: 1,
      earlier: [],
      revisedAt: null,
      isMaterial: true,
      isApplied: true,
      seq: index + 1,
      recipientCount: members.filter(({ joinedAt }) => joinedAt <= createdAt).length,
      createdBy: admin.id,
      createdAt,
      sentAt: createdAt,
      dueAt: null,
      claimedAt: createdAt,
      isFrozen: true,
      reminders: null,
      isSettled: false,
      reopenings: 0,
    }
  })
  const last = await keep(
    sent.map((broadcast) => ({
      conversationId: ANNOUNCEMENTS_OBJECT_ID,
      senderId: admin.id,
      receiverId: EVERYBODY,
      title: broadcast.title,
      text: broadcast.text,
      createdAt: broadcast.createdAt,
      clientMessageId: announcementKey(broadcast),
      broadcast: toMark(broadcast),
    })),
  )
  await models.Broadcast.collection.insertMany(sent)
  for (const { id, joinedAt } of members) {
    const readSeq = last.seq - Math.floor(random.between(0, 4))
    await models.Participant.updateOne(
      { conversationId: ANNOUNCEMENTS_OBJECT_ID, userId: id },
      { $max: { readSeq, deliveredSeq: last.seq } },
    )
    const received = sent.filter(({ createdAt }) => joinedAt <= createdAt)
    await models.Recipient.insertMany(
      received.map((broadcast) => {
        const openedAt = new Date(
          broadcast.createdAt.getTime() + random.between(0.1, 1) * (now.getTime() - broadcast.createdAt.getTime()),
        )
        return ledgerRow(broadcast, id, (broadcast.seq ?? 0) <= readSeq ? openedAt : null)
      }),
    )
  }
  return `${ANNOUNCEMENTS.length} announcements`
}

/** Returns the row of a recipient, who has acknowledged at once where the broadcast asks for it. */
function ledgerRow(
  { _id: broadcastId, seq, createdAt, needsAcknowledgement, revision }: BroadcastRecord,
  userId: Types.ObjectId,
  openedAt: Date | null,
): RecipientRecord {
  const acknowledgedAt = needsAcknowledgement ? openedAt : null
  return {
    _id: recipientId(broadcastId, userId),
    broadcastId,
    userId,
    seq,
    needsAcknowledgement,
    state: openedAt === null ? 'delivered' : acknowledgedAt === null ? 'opened' : 'acknowledged',
    isDone: openedAt !== null,
    deliveredAt: createdAt,
    openedAt,
    acknowledgedAt,
    acknowledgedRevision: acknowledgedAt === null ? null : revision,
    remindedAt: null,
    history: acknowledgedAt === null ? [] : [{ revision, at: acknowledgedAt }],
  }
}

type Keep = (
  messages: (Pick<
    MessageRecord,
    'conversationId' | 'kind' | 'event' | 'senderId' | 'receiverId' | 'title' | 'text' | 'createdAt' | 'broadcast'
  > & { clientMessageId?: string })[],
) => Promise<MessageRecord>

/**
 * Returns a function that writes all messages of a new conversation with given times and updates the conversation. The
 * message log would not accept given times. It returns the last message.
 */
function createMessageWriter(models: Models, logger: Logger): Keep {
  const summary = createConversationSummaryWriter(models, logger)
  return async (messages) => {
    const records = messages.map((message, index) => ({
      // An id carries the time of its message, because the server finds the newest message by it at start-up.
      _id: new Types.ObjectId(Types.ObjectId.generate(Math.floor(message.createdAt.getTime() / 1000))),
      clientMessageId: `seed-${message.conversationId.toHexString()}-${index + 1}`,
      ...message,
      seq: index + 1,
      rev: index + 1,
      revs: [index + 1],
      editedAt: null,
      deletedAt: null,
      edits: [],
    }))
    const [first, last] = [records[0], records.at(-1)]
    if (!first || !last) throw new Error('A conversation of the demo has messages')
    await models.Message.collection.insertMany(records)
    // The announcements begin with the store, which is newer than the demo's messages.
    const begun = { createdAt: first.createdAt, lastActivityAt: first.createdAt }
    await models.Conversation.updateOne({ _id: last.conversationId }, { $set: begun })
    summary.noteAppended(records)
    await summary.settled()
    return last
  }
}

function accountOf(accounts: Accounts, username: string): Account {
  const account = accounts.get(username)
  if (!account) throw new Error(`The demo team has no user ${username}`)
  return account
}
