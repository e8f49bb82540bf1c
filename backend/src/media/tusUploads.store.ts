import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../lib/errors.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { limitBytes, diskError } from './limitBytes.stream.ts'
import { hasCode } from '../lib/fileErrors.ts'

/** Uploads that are under way: a file each, as long as what has arrived. Nothing else is kept of them, so that none can say something else after a crash. */
export interface TusUploadStore {
  begin(id: string): Promise<void>
  /** How much has arrived; null when there is no such upload. Ends a transfer that still runs: who asks has lost it. */
  offset(id: string): Promise<number | null>
  /**
   * Appends what comes, up to `size` in all; resolves to how much has arrived. Whatever arrived before the connection broke stays.
   * @throws AppError `too_large` when more comes than was announced, `storage_full`
   */
  append(id: string, offset: number, size: number, content: Readable): Promise<Appended>
  /** Returns the bytes that have arrived of all uploads together. */
  received(): Promise<number>
  path(id: string): string
  remove(id: string): Promise<void>
}

/** The offset is where the upload is; `isExpected` false: not where the sender thought, and nothing was taken. */
export interface Appended {
  offset: number
  isExpected: boolean
}

/** Bytes of a part after which the disk is looked at again. */
const LOOK_EVERY_BYTES = 8 * 1024 * 1024

/** @param room the bytes that the disk can still take */
export function createTusUploadStore(root: string, room: () => Promise<number>): TusUploadStore {
  const runExclusive = createKeyedMutex()
  /** The request that may write into an upload: the newest one. */
  const newest = new Map<string, Readable>()
  const path = (id: string) => join(root, id)

  /**
   * Runs a task when no other one of this upload runs. The newest request wins: a connection that broke without a word may otherwise
   * hold the upload for minutes. The earlier ones are cut, also those that still wait.
   */
  function takeOver<T>(id: string, content: Readable | null, task: () => Promise<T>): Promise<T> {
    newest.get(id)?.destroy()
    if (content) newest.set(id, content)
    else newest.delete(id)
    return runExclusive(id, async () => {
      try {
        return await task()
      } finally {
        if (content && newest.get(id) === content) newest.delete(id)
      }
    })
  }

  /** Passes the chunks on while the disk has room. @throws AppError `storage_full` */
  async function* whileThereIsRoom(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let unseen = Infinity
    for await (const chunk of chunks) {
      unseen += chunk.length
      if (unseen >= LOOK_EVERY_BYTES) {
        const limit = await room()
        if (limit < chunk.length) throw new AppError('disk_nearly_full', { limit })
        unseen = 0
      }
      yield chunk
    }
  }

  async function length(id: string): Promise<number | null> {
    try {
      return (await stat(path(id))).size
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null
      throw error
    }
  }

  async function write(id: string, offset: number, size: number, content: Readable): Promise<Appended> {
    const found = await length(id)
    if (found === null) throw new AppError('no_such_upload')
    if (found !== offset) return { offset: found, isExpected: false }
    // A newer request has cut this one while it waited.
    if (content.destroyed) return { offset: found, isExpected: true }
    const output = createWriteStream(path(id), { flags: 'a' })
    // Only then is the last write over, which the next transfer must not meet.
    const closed = new Promise<void>((resolve) => void output.once('close', resolve))
    try {
      await pipeline(whileThereIsRoom(limitBytes(size - offset, content)), output)
    } catch (error) {
      // The connection broke, or another took over: what arrived is kept.
      if (error instanceof AppError) throw error
      if (!content.destroyed && !hasCode(error, 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE')) throw diskError(error)
    } finally {
      await closed
    }
    return { offset: (await length(id)) ?? 0, isExpected: true }
  }

  return {
    path,
    async begin(id) {
      await mkdir(root, { recursive: true, mode: 0o700 })
      await (await open(path(id), 'wx', 0o600)).close()
    },
    async received() {
      const names = await readdir(root).catch((error: unknown) => {
        if (hasCode(error, 'ENOENT')) return []
        throw error
      })
      let bytes = 0
      for (const name of names) bytes += (await length(name)) ?? 0
      return bytes
    },
    offset: (id) => takeOver(id, null, () => length(id)),
    append: (id, offset, size, content) => takeOver(id, content, () => write(id, offset, size, content)),
    remove: (id) =>
      takeOver(id, null, () =>
        unlink(path(id)).catch((error: unknown) => {
          if (!hasCode(error, 'ENOENT')) throw error
        }),
      ),
  }
}
