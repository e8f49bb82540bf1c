import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import type { ConversationKind } from '../contract/index.ts'
import type { ArchiveFileStore, ArchiveManifest, ArchiveWriter } from './archiveFile.store.ts'
import type { Logger } from '../lib/logger.ts'
import type { Throttle } from '../lib/throttle.ts'
import {
  createRetentionScanRepository,
  isRemovable,
  type DueConversation,
  type Mark,
} from './retentionScan.repository.ts'
import type { Models } from '../models/index.ts'
import { groupsOf, toLine, type ArchiveLine } from './archiveLine.format.ts'
import { createArchiveNameRepository } from './archiveName.repository.ts'
import type { BulkRemovalService } from './bulkRemoval.service.ts'
import { createMessageRepository } from '../messageLog/index.ts'

/**
 * The most messages of one file. Messages are removed only when their file is complete, and an admin may want to open
 * it.
 */
const FILE_MESSAGES = 50_000
/** Characters, before they are compressed. */
const FILE_LENGTH = 100_000_000
const READ = 500
/** Messages changed by one command. */
const BATCH = 100

export interface ArchiveServiceDeps {
  models: Models
  files: ArchiveFileStore
  bulkRemoval: BulkRemovalService
  logger: Logger
  version: string
  /** For tests, which use small files. */
  fileMessages?: number
}

/** Removes old messages into archives. */
export interface ArchiveService {
  /** Archives and removes the messages of one kind of conversation that are older than `before`. */
  archive(kind: ConversationKind, before: Date, throttle: Throttle<ConversationKind>): Promise<void>

  /** Tells whether the messages of this archive are being removed. */
  isClearing(name: string): boolean

  /** Ends what a crash interrupted. */
  resume(throttle: Throttle<ConversationKind>): Promise<void>
}

interface Filled {
  /** Null when there was nothing to write. */
  manifest: ArchiveManifest | null
  /** The place up to which each conversation was read. */
  marks: { _id: Types.ObjectId; seq: number }[]
  isLast: boolean
}

/**
 * Creates the service. It writes old messages into a file, and then removes them. It removes only messages that are in
 * a finished and synced file, and only if they are unchanged since. After a crash before the file is finished, all
 * messages are still in the database. After a later crash, the next run removes the messages of the file.
 */
export function createArchiveService({
  models,
  files,
  bulkRemoval,
  logger,
  version,
  fileMessages = FILE_MESSAGES,
}: ArchiveServiceDeps): ArchiveService {
  const due = createRetentionScanRepository(models)
  const clearing = new Set<string>()

  async function archive(kind: ConversationKind, before: Date, throttle: Throttle<ConversationKind>): Promise<void> {
    for (;;) {
      const { manifest, marks, isLast } = await fill(kind, before, throttle)
      const kept = manifest ? await clear(manifest, throttle) : new Map<string, number>()
      await due.setMarks(
        await Promise.all(marks.map(({ _id, seq }) => markBefore(_id, seq, kept.get(_id.toHexString())))),
      )
      if (isLast && kept.size === 0) return
    }
  }

  /** Returns the new mark. A message that changed while the file was written comes into the next file. */
  async function markBefore(_id: Types.ObjectId, seq: number, kept: number | undefined): Promise<Mark> {
    return kept === undefined ? due.markAt(_id, seq) : { _id, seq: kept - 1, nextAt: null }
  }

  /** Writes one file, from the marks on. */
  async function fill(kind: ConversationKind, before: Date, throttle: Throttle<ConversationKind>): Promise<Filled> {
    const createdAt = new Date()
    const name = nameOf(kind, createdAt)
    const names = createArchiveNameRepository(models)
    const marks: Filled['marks'] = []
    const span = { from: Infinity, to: 0 }
    let writer: ArchiveWriter | null = null
    let [messages, length, isLast] = [0, 0, true]

    async function take(conversation: DueConversation): Promise<boolean> {
      let { after } = conversation
      for (;;) {
        const found = await due.page(conversation, after, Math.min(READ, fileMessages - messages))
        for (const record of found.filter(isRemovable)) {
          writer ??= await begin(name, kind, createdAt)
          const line = toLine(record, await names.conversation(conversation), await names.user(record.senderId))
          await writer.write(line)
          messages += 1
          length += line.length
          span.from = Math.min(span.from, record.createdAt.getTime())
          span.to = Math.max(span.to, record.createdAt.getTime())
        }
        await throttle.step()
        after = found.at(-1)?.seq ?? conversation.upTo
        const isFull = messages >= fileMessages || length >= FILE_LENGTH
        if (after < conversation.upTo && !isFull) continue
        marks.push({ _id: conversation._id, seq: after })
        return isFull
      }
    }

    try {
      for await (const conversation of due.conversations(kind, before, {
        remember: true,
        tick: () => throttle.step(),
      })) {
        if (!(await take(conversation))) continue
        isLast = false
        break
      }
      const times = { from: new Date(span.from), to: new Date(span.to) }
      const manifest = writer && (await finish(writer, kind, createdAt, messages, times))
      return { manifest, marks, isLast }
    } catch (error) {
      await abandon(writer)
      throw error
    }
  }

  async function begin(name: string, kind: ConversationKind, createdAt: Date): Promise<ArchiveWriter> {
    const writer = await files.create(name)
    await writer.write(
      JSON.stringify({
        format: 1,
        what: `Messages that Parley ${version} removed, one a line`,
        kind,
        createdAt: createdAt.toISOString(),
      }),
    )
    return writer
  }

  /**
   * Removes the messages of a file from the database, as long as they are as they were written.
   * @returns the first place in each conversation whose message changed meanwhile and stays for now
   */
  async function clear(
    manifest: ArchiveManifest,
    throttle: Throttle<ConversationKind>,
  ): Promise<ReadonlyMap<string, number>> {
    const { name, kind } = manifest
    const kept = new Map<string, number>()
    clearing.add(name)
    try {
      const notifier = bulkRemoval.createNotifier()
      for await (const { conversationId, messages } of groupsOf(files.lines(name), BATCH)) {
        const removed = await bulkRemoval.remove(conversationId, removalsOf(messages), name)
        await notifier.add(conversationId, removed)
        const first = await firstKept(
          conversationId,
          messages.map(({ seq }) => seq),
        )
        const key = conversationId.toHexString()
        if (first !== null) kept.set(key, Math.min(first, kept.get(key) ?? first))
        await throttle.step(kind, removed.length)
      }
      await notifier.flush()
      await files.save({ ...manifest, isCleared: true })
      return kept
    } finally {
      clearing.delete(name)
    }
  }

  async function firstKept(conversationId: Types.ObjectId, seqs: number[]): Promise<number | null> {
    const found = await createMessageRepository(models).findOne({
      filter: { conversationId, seq: { $in: seqs }, deletedAt: null },
      projection: { seq: 1 },
      sort: { by: 'seq', direction: 1 },
    })
    return found?.seq ?? null
  }

  return {
    archive,
    isClearing: (name) => clearing.has(name),

    async resume(throttle) {
      await files.sweep()
      for (const manifest of await files.list()) {
        if (manifest.isCleared) continue
        if (await files.isIntact(manifest)) {
          await clear(manifest, throttle)
          continue
        }
        // The next files contain what is still in the database.
        logger.error({ archive: manifest.name }, 'an archive differs from what was written: check the disk')
        await files.save({ ...manifest, isCleared: true })
      }
    },
  }
}

function removalsOf(messages: ArchiveLine[]) {
  return messages.map(({ seq, rev, senderId, clientMessageId, attachments }) => ({
    seq,
    rev,
    senderId: new Types.ObjectId(senderId),
    clientMessageId,
    hasFiles: attachments.length > 0,
  }))
}

/** Returns a name such as `group-20261121-093000-1a2b3c.jsonl.gz`. */
function nameOf(kind: ConversationKind, at: Date): string {
  const [day = '', time = ''] = at.toISOString().replace(/[-:]/g, '').split(/[T.]/)
  return `${kind}-${day}-${time}-${randomBytes(3).toString('hex')}.jsonl.gz`
}

function finish(
  writer: ArchiveWriter,
  kind: ConversationKind,
  createdAt: Date,
  messages: number,
  { from, to }: { from: Date; to: Date },
): Promise<ArchiveManifest> {
  return writer.finish({
    kind,
    createdAt: createdAt.toISOString(),
    messages,
    from: from.toISOString(),
    to: to.toISOString(),
  })
}

async function abandon(writer: ArchiveWriter | null): Promise<void> {
  await writer?.abandon()
}
