import { createHash, randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Types } from 'mongoose'
import { openDatabase } from '../../src/database/database.connection.ts'
import { messageModel, type MessageModel, type MessageRecord } from '../../src/models/message.model.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { StorageOptions } from './storage.options.ts'

/** A store with many messages, with the application's model and indexes. */
export interface Corpus {
  name: CorpusName
  messages: number
  Message: MessageModel
  conversations: readonly Conversation[]
  /** Returns a new message for one of the conversations, which is not stored yet. */
  next(conversation: Conversation): MessageRecord
  /** Deletes the messages that were written since the corpus was opened. */
  restore(): Promise<void>
  close(): Promise<void>
}

export interface Conversation {
  id: Types.ObjectId
  members: readonly [Types.ObjectId, Types.ObjectId]
  lastSeq: number
}

export type CorpusName = 'large' | 'small'

/** Messages in one write while filling. A larger write changes more pages than SQLite keeps in memory. */
const BATCH = 5000

/** Texts of usual length. */
const TEXT = 'Shall we meet at the usual place at half past seven, or is the train late again today?'

/**
 * Opens the corpus of a folder. It fills the corpus first when it is missing or incomplete.
 * @param told receives the finished part, from 0 to 1
 */
export async function openCorpus(
  name: CorpusName,
  folder: string,
  options: StorageOptions,
  told: (share: number) => void,
): Promise<Corpus> {
  const dataDir = join(folder, name)
  await mkdir(dataDir, { recursive: true })
  const { connection, close } = await openDatabase({ dataDir, logger: createLogger('warn') })
  const each = options.messagesEach
  const conversations = Array.from({ length: options.conversations[name] }, (_, index) => conversation(index, each))
  const Message = messageModel(connection, false)
  const messages = conversations.length * each
  try {
    await Message.init()
    if ((await Message.estimatedDocumentCount()) > messages) await Message.deleteMany({ seq: { $gt: each } })
    if ((await Message.estimatedDocumentCount()) !== messages) {
      await Message.deleteMany({})
      await seed(Message, conversations, each, told)
    }
  } catch (error) {
    await close()
    throw error
  }
  const added: Types.ObjectId[] = []
  return {
    name,
    messages,
    Message,
    conversations,
    next(conversation) {
      const message = record(conversation, ++conversation.lastSeq)
      added.push(message._id)
      return message
    },
    async restore() {
      while (added.length > 0) await Message.deleteMany({ _id: { $in: added.splice(0, 1000) } })
      for (const conversation of conversations) conversation.lastSeq = each
    },
    close,
  }
}

/** Yields messages in a realistic order: all conversations grow at the same time, so those of one lie far apart. */
async function seed(
  Message: MessageModel,
  conversations: readonly Conversation[],
  each: number,
  told: (share: number) => void,
): Promise<void> {
  const total = conversations.length * each
  let written = Promise.resolve()
  let batch: MessageRecord[] = []
  let made = 0
  for (let seq = 1; seq <= each; seq += 1) {
    for (const conversation of shuffled(conversations)) {
      batch.push(record(conversation, seq))
      made += 1
      if (batch.length < BATCH && made < total) continue
      // One batch is written while the next one is made.
      const ready = batch
      batch = []
      await written
      told(made / total)
      written = Message.collection.insertMany(ready, { ordered: false }).then(() => undefined)
    }
  }
  await written
}

function record({ id, members }: Conversation, seq: number): MessageRecord {
  const sender = seq % 2
  return {
    _id: new Types.ObjectId(),
    conversationId: id,
    seq,
    rev: seq,
    revs: [seq],
    senderId: members[sender === 0 ? 0 : 1],
    receiverId: members[sender === 0 ? 1 : 0].toHexString(),
    title: null,
    text: TEXT.slice(0, 20 + ((seq * 7) % (TEXT.length - 20))),
    clientMessageId: randomUUID(),
    createdAt: new Date(),
    editedAt: null,
    deletedAt: null,
    edits: [],
  }
}

/** The same values at every run, so that a folder can be used again. */
function conversation(index: number, lastSeq: number): Conversation {
  const id = (of: string) =>
    new Types.ObjectId(createHash('sha256').update(`${of} ${index}`).digest('hex').slice(0, 24))
  return { id: id('conversation'), members: [id('one'), id('other')], lastSeq }
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
