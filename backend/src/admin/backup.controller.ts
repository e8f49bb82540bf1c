import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Backup, BackupList, BackupToken } from '../contract/index.ts'
import type { BackupFileStore, BackupNote } from './backupFile.store.ts'
import type { CheckPassword } from '../accounts/index.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { createFifoCache } from '../lib/fifoCache.ts'
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
const unlockSchema = z.strictObject({ id: z.string(), password: z.string().min(1) })
const downloadSchema = z.strictObject({ id: z.string(), token: z.string().max(100).optional() })

const TOKEN_BYTES = 32
/** Long enough for a browser that asks where to save the file. */
const TOKEN_MS = 5 * 60_000
const TOKENS_MAX = 100

export interface BackupControllerDeps {
  files: BackupFileStore
  /** Null when the data is in MongoDB. */
  start: ((file: string, onProgress: (part: number, bytes: number) => void) => RunningBackup) | null
  /** @throws AppError `invalid_credentials`, `rate_limited` */
  checkPassword: CheckPassword
  clock: Clock
  logger: Logger
}

/** What a token allows. Backups exist on one node only, so its memory holds them. */
interface Unlocked {
  name: string
  sessionId: string
  expiresAt: Date
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

  /**
   * Returns a token with which this session can download the backup, against the admin's own password. A backup holds all
   * messages, so an unlocked screen or a stolen cookie must not be enough.
   * @param address of the client
   * @throws AppError `invalid_credentials`, `not_found`, `rate_limited`
   */
  unlock(actor: Actor, input: unknown, address: string): Promise<BackupToken>

  /** Returns the file of a backup. @throws AppError `not_found`, `forbidden` without a token */
  download(actor: Actor, input: unknown): Promise<Download>

  /** Deletes a backup. @throws AppError `not_found`, `busy` while it is being made */
  remove(_actor: Actor, input: unknown): Promise<void>

  /** Marks a backup that a former process was making as failed. Call it once, at the start. */
  start(): Promise<void>

  close(): Promise<void>
}

/** Creates the controller. */
export function createBackupController({
  files,
  start,
  checkPassword,
  clock,
  logger,
}: BackupControllerDeps): BackupController {
  const tokens = createFifoCache<Unlocked>(TOKENS_MAX)
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

    async unlock(actor, input, address) {
      const { id, password } = validate(unlockSchema, input)
      const { name } = await requireBackup({ id })
      await checkPassword(actor.userId, password, address)
      const token = randomBytes(TOKEN_BYTES).toString('base64url')
      const expiresAt = new Date(clock.now().getTime() + TOKEN_MS)
      tokens.put(token, { name, sessionId: actor.sessionId, expiresAt })
      return { token, expiresAt: expiresAt.toISOString() }
    },

    async download(actor, input) {
      const { id, token } = validate(downloadSchema, input)
      const { name, state, bytes } = await requireBackup({ id })
      if (state !== 'done') throw new AppError('backup_not_complete')
      const unlocked = token === undefined ? undefined : tokens.get(token)
      if (unlocked?.name !== name || unlocked.sessionId !== actor.sessionId || unlocked.expiresAt <= clock.now())
        throw new AppError('backup_needs_password')
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
