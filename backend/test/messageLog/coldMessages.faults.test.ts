import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Types } from 'mongoose'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createModels, type Models } from '../../src/models/index.ts'
import { createMessageRepository } from '../../src/messageLog/message.repository.ts'
import { programOf } from '../helpers/programs.ts'

const CHILD = fileURLToPath(new URL('cold.child.ts', import.meta.url))
const MESSAGES = 3000
const conversationId = new Types.ObjectId()
const writtenAt = new Date(Date.now() - 10 * 86_400_000)

test(
  'a process that is killed while it moves messages loses none and doubles none, and the next one continues',
  { timeout: 180_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-cold-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const written = await inStore(dataDir, fill)
    let [kills, midway] = [0, 0]
    for (let isMoved = false; !isMoved;) {
      // Later each time, so that one run finishes in the end, however slow the machine is.
      isMoved = await moveFor(dataDir, 60 * 1.5 ** kills)
      kills += isMoved ? 0 : 1
      await inStore(dataDir, async (models) => {
        const [hot, cold] = await Promise.all([
          models.Message.countDocuments({ conversationId }),
          models.ColdMessage.countDocuments({ conversationId }),
        ])
        if (hot > 1 && cold > 0) midway += 1
        expect(hot + cold).toBeGreaterThanOrEqual(MESSAGES)
        const all = await createMessageRepository(models).find({
          filter: { conversationId },
          sort: { by: 'seq', direction: 1 },
        })
        expect(all.length).toBe(MESSAGES)
        expect(all.map(({ _id }) => _id.toHexString())).toEqual(written)
      })
    }
    // The process was really killed in the middle.
    expect(midway).toBeGreaterThan(0)
    expect(await inStore(dataDir, ({ Message }) => Message.countDocuments({ conversationId }))).toBe(1)
  },
)

/** Writes old messages whose move was planned two hours ago. */
async function fill({ Message, Conversation }: Models): Promise<string[]> {
  const senderId = new Types.ObjectId()
  const records = Array.from({ length: MESSAGES }, (_, index) => ({
    _id: new Types.ObjectId(),
    conversationId,
    seq: index + 1,
    rev: index + 1,
    revs: [index + 1],
    senderId,
    receiverId: null,
    title: null,
    text: `text ${index + 1}`,
    clientMessageId: `m-${index + 1}`,
    createdAt: writtenAt,
    editedAt: null,
    deletedAt: null,
    edits: [],
  }))
  await Message.collection.insertMany(records)
  const cold = { seq: MESSAGES, rev: MESSAGES, at: new Date(Date.now() - 2 * 3600_000), nextAt: null, isMoved: false }
  await Conversation.create({
    _id: conversationId,
    kind: 'direct',
    participantIds: [senderId, senderId],
    lastSeq: MESSAGES,
    lastRev: MESSAGES,
    createdAt: writtenAt,
    cold,
  })
  return records.map(({ _id }) => _id.toHexString())
}

/** @returns whether the process finished before it was killed */
async function moveFor(dataDir: string, milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, [programOf(CHILD), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  let isMoved = false
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begun') void sleep(milliseconds).then(() => child.kill('SIGKILL'))
    if (line === 'moved') isMoved = true
  }
  await exit
  return isMoved
}

async function inStore<T>(dataDir: string, work: (models: Models) => Promise<T>): Promise<T> {
  const { connection, close } = await openDatabase({ dataDir, logger: createLogger('silent') })
  try {
    return await work(await createModels(connection))
  } finally {
    await close()
  }
}
