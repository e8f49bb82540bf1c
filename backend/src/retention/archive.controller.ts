import { z } from 'zod'
import type { Archive, ArchiveList, RestoredArchive } from '../contract/index.ts'
import type { ArchiveFileStore, ArchiveManifest } from './archiveFile.store.ts'
import type { Download } from '../lib/download.ts'
import { AppError } from '../lib/errors.ts'
import { createThrottle } from '../lib/throttle.ts'
import type { Actor } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { MessageLog, Revision } from '../messageLog/index.ts'
import { groupsOf, type ArchiveLine } from './archiveLine.format.ts'
import type { ArchiveService } from './archive.service.ts'
import type { BulkRemovalService } from './bulkRemoval.service.ts'

const BATCH = 100
/** The id of a file is its name. */
const oneSchema = z.strictObject({ id: z.string() })

export interface ArchiveControllerDeps {
  models: Pick<Models, 'Conversation'>
  log: MessageLog
  files: ArchiveFileStore
  archiveService: Pick<ArchiveService, 'isClearing'>
  bulkRemoval: BulkRemovalService
}

/** Lists, downloads, restores and deletes the archives of this node. The router lets only admins in. */
export interface ArchiveController {
  /** Lists the archives, the newest first. */
  list(): Promise<ArchiveList>

  /** Returns the file of an archive. @throws AppError `not_found` */
  download(_actor: Actor, input: unknown): Promise<Download>

  /**
   * Restores the texts of an archive in their places. It can be repeated: messages that are restored already, or that a
   * user deleted since, stay as they are.
   * @throws AppError `not_found`, `busy`, `file_damaged`
   */
  restore(_actor: Actor, input: unknown): Promise<RestoredArchive>

  /** Deletes an archive. Its messages are lost, unless they were restored. @throws AppError `not_found`, `busy` */
  remove(_actor: Actor, input: unknown): Promise<void>
}

/** Creates the controller. */
export function createArchiveController({
  models,
  log,
  files,
  archiveService,
  bulkRemoval,
}: ArchiveControllerDeps): ArchiveController {
  const restoring = new Set<string>()

  /** Finds an archive. @throws AppError `not_found` */
  async function requireArchive(input: unknown): Promise<ArchiveManifest> {
    const manifest = await files.read(validate(oneSchema, input).id)
    if (!manifest) throw new AppError('no_such_archive')
    return manifest
  }

  /** Finds an archive that is not being written or restored. @throws AppError `not_found`, `busy` */
  async function requireIdle(input: unknown): Promise<ArchiveManifest> {
    const manifest = await requireArchive(input)
    if (!manifest.isCleared || archiveService.isClearing(manifest.name))
      throw new AppError('archive_removal_in_progress')
    if (restoring.has(manifest.name)) throw new AppError('archive_restore_in_progress')
    return manifest
  }

  /** Restores the messages of an archive, and returns how many it restored. */
  async function restoreMessages({ name }: ArchiveManifest): Promise<number> {
    const throttle = createThrottle(async () => {})
    let restored = 0
    const notifier = bulkRemoval.createNotifier()
    for await (const { conversationId, messages } of groupsOf(files.lines(name), BATCH)) {
      if (!(await models.Conversation.exists({ _id: conversationId }))) continue
      const bySeq = new Map(messages.map((line) => [line.seq, line]))
      const changed = await log.changeMany(conversationId, [...bySeq.keys()], (record) =>
        restoredRevision(record, bySeq.get(record.seq), name),
      )
      restored += changed.length
      await notifier.add(conversationId, changed)
      await throttle.step()
    }
    await notifier.flush()
    return restored
  }

  return {
    async list() {
      return { items: (await files.list()).map(toArchive) }
    },

    async download(_actor, input) {
      const { name, bytes } = await requireArchive(input)
      return { name, bytes, content: files.bytes(name) }
    },

    async restore(_actor, input) {
      const manifest = await requireIdle(input)
      restoring.add(manifest.name)
      try {
        if (!(await files.isIntact(manifest))) throw new AppError('file_damaged')
        const restored = await restoreMessages(manifest)
        await files.save({ ...manifest, restoredAt: new Date().toISOString() })
        return { restored, skipped: manifest.messages - restored }
      } finally {
        restoring.delete(manifest.name)
      }
    },

    async remove(_actor, input) {
      await files.remove((await requireIdle(input)).name)
    },
  }
}

/**
 * Returns the content to restore. The message must have been removed into this archive, and must not have changed
 * since.
 */
function restoredRevision(record: MessageRecord, line: ArchiveLine | undefined, name: string): Revision | null {
  // A message without text had only attachments, and their contents are deleted.
  if (!line || line.text === '' || record.deletedAt === null || record.archive !== name) return null
  const { title, text, editedAt, edits } = line
  return {
    title,
    text,
    attachments: [],
    archive: null,
    deletedAt: null,
    editedAt: editedAt === null ? null : new Date(editedAt),
    edits: edits.map(({ text, writtenAt, clientEditId }) => ({ text, writtenAt: new Date(writtenAt), clientEditId })),
  }
}

function toArchive({ name, kind, createdAt, messages, from, to, bytes, sha256, restoredAt }: ArchiveManifest): Archive {
  return { name, kind, createdAt, messages, from, to, bytes, sha256, restoredAt }
}
