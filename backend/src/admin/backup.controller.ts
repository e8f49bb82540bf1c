import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Backup, BackupList } from '../contract/index.ts'
import type { BackupFileStore, BackupNote } from './backupFile.store.ts'
import { AppError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Actor } from '../lib/delivery.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { validate } from '../lib/validate.ts'
import type { RunningBackup } from '../operations/backup/backup.process.ts'
import type { Download } from '../lib/download.ts'

/** The number of backups that stay. A new backup removes the oldest one. */
const BACKUPS_MAX = 3
const INTERRUPTED = 'The server stopped while it made the backup.'

/** The id of a backup is the name of its file. */
const oneSchema = z.strictObject({ id: z.string() })

export interface BackupControllerDeps {
  files: BackupFileStore
  /** Null when the data is in MongoDB. */
  start: ((file: string, onProgress: (part: number, bytes: number) => void) => RunningBackup) | null
  logger: Logger
}

interface Running {
  note: BackupNote
  job: RunningBackup
  part: number
  /** Resolves when the note says how the backup ended. */
  ended: Promise<void>
}

/** Makes backups while the server runs. The router lets only admins in. */
export interface BackupController {
  /** Lists the backups, the newest first. */
  list(): Promise<BackupList>

  /**
   * Begins a backup, unless one is running. The backup continues after the answer. @throws AppError
   * `backup_unsupported`
   */
  create(): Promise<Backup>

  /** Returns the file of a backup. @throws AppError `not_found` */
  download(_actor: Actor, input: unknown): Promise<Download>

  /** Deletes a backup. @throws AppError `not_found`, `busy` while it is being made */
  remove(_actor: Actor, input: unknown): Promise<void>

  /** Marks a backup that a former process was making as failed. Call it once, at the start. */
  start(): Promise<void>

  close(): Promise<void>
}

/** Creates the controller. */
export function createBackupController({ files, start, logger }: BackupControllerDeps): BackupController {
  const runExclusive = createKeyedMutex()
  let running: Running | null = null
  let isClosed = false

  /** Finds a backup. @throws AppError `not_found` */
  async function requireBackup(input: unknown): Promise<BackupNote> {
    const note = await files.read(validate(oneSchema, input).id)
    if (!note) throw new AppError('no_such_backup')
    return note
  }

  async function begin(startJob: NonNullable<BackupControllerDeps['start']>): Promise<Backup> {
    if (isClosed) throw new AppError('server_stopping')
    if (running) return toBackup(running.note, running.part)
    for (const { name, state } of await files.list()) if (state === 'failed') await files.remove(name)
    const createdAt = new Date().toISOString()
    const note: BackupNote = {
      name: nameOf(createdAt),
      state: 'running',
      createdAt,
      bytes: 0,
      sha256: null,
      problem: null,
    }
    await files.save(note)
    const job = startJob(files.pathOf(note.name), (part, bytes) => {
      if (running) running = { ...running, part, note: { ...note, bytes } }
    })
    running = { note, job, part: 0, ended: settle(note, job) }
    return toBackup(note, 0)
  }

  async function settle(note: BackupNote, job: RunningBackup): Promise<void> {
    const end = await job.ended
    try {
      if (end.kind === 'done') await files.save({ ...note, state: 'done', bytes: end.bytes, sha256: end.sha256 })
      else await fail(note, isClosed ? INTERRUPTED : end.problem)
      const done = (await files.list()).filter(({ state }) => state === 'done')
      for (const { name } of done.slice(BACKUPS_MAX)) await files.remove(name)
    } catch (error) {
      logger.error({ err: error }, 'the end of a backup could not be stored')
    } finally {
      running = null
    }
  }

  async function fail(note: BackupNote, problem: string): Promise<void> {
    logger.warn({ backup: note.name, problem }, 'a backup failed')
    await files.remove(note.name)
    await files.sweep()
    await files.save({ ...note, state: 'failed', problem })
  }

  return {
    async list() {
      const notes = await files.list()
      return {
        items: notes.map((note) =>
          running?.note.name === note.name
            ? toBackup(running.note, running.part)
            : toBackup(note, note.state === 'done' ? 1 : 0),
        ),
      }
    },

    async create() {
      if (!start) throw new AppError('backup_unsupported')
      return runExclusive('backups', () => begin(start))
    },

    async download(_actor, input) {
      const { name, state, bytes } = await requireBackup(input)
      if (state !== 'done') throw new AppError('backup_not_complete')
      return { name, bytes, content: files.content(name) }
    },

    remove(_actor, input) {
      return runExclusive('backups', async () => {
        const { name, state } = await requireBackup(input)
        if (state === 'running') throw new AppError('backup_in_progress')
        await files.remove(name)
      })
    },

    async start() {
      await files.sweep()
      for (const note of await files.list()) if (note.state === 'running') await fail(note, INTERRUPTED)
    },

    async close() {
      isClosed = true
      await running?.job.stop()
      await running?.ended
    },
  }
}

/** Returns a name such as `parley-20261121-093000-1a2b3c.tar.gz`. */
function nameOf(at: string): string {
  const [day = '', time = ''] = at.replace(/[-:]/g, '').split(/[T.]/)
  return `parley-${day}-${time}-${randomBytes(3).toString('hex')}.tar.gz`
}

function toBackup({ name, state, createdAt, bytes, sha256, problem }: BackupNote, progress: number): Backup {
  return { name, state, createdAt, progress, bytes, sha256, problem }
}
