import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../lib/errors.ts'
import { createKeyedMutex } from '../lib/keyedMutex.ts'
import { limitBytes, diskError } from './limitBytes.stream.ts'
import { hasCode } from '../lib/files/fileErrors.ts'

/**
 * Stores each upload as a file that is as long as what has arrived. The length is the only state, so no second record
 * can differ from it after a crash.
 */
export interface TusUploadStore {
  begin(id: string): Promise<void>
  /**
   * Returns how many bytes have arrived, or null when there is no such upload. Ends a running transfer: a client that
   * asks has lost it.
   */
  offset(id: string): Promise<number | null>
  /**
   * Appends content until the upload has `size` bytes, and returns how many have arrived. When the connection breaks,
   * the bytes that arrived stay.
   * @throws AppError `too_large` when more bytes come than were announced, `storage_full`
   */
  append(id: string, offset: number, size: number, content: Readable): Promise<Appended>
  /** Returns the bytes that have arrived of all uploads together. */
  received(): Promise<number>
  path(id: string): string
  remove(id: string): Promise<void>
}

/**
 * `offset` is the length of the upload. `isExpected` is false when the client sent from another offset; then nothing
 * was written.
 */
export interface Appended {
  offset: number
  isExpected: boolean
}

/** Bytes of a part after which the free space is read again. */
const CHECK_EVERY_BYTES = 8 * 1024 * 1024

/** Creates the store in the folder `root`. @param room returns the bytes that the disk can still take */
export function createTusUploadStore(root: string, room: () => Promise<number>): TusUploadStore {
  const runExclusive = createKeyedMutex()
  /** The request that may write into an upload: the newest one. */
  const newest = new Map<string, Readable>()
  const path = (id: string) => join(root, id)

  /**
   * Runs a task when no other task of this upload runs. The newest request wins, because a broken connection could hold
   * the upload for minutes. Earlier requests are cut, also those that still wait.
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
    let unchecked = Infinity
    for await (const chunk of chunks) {
      unchecked += chunk.length
      if (unchecked >= CHECK_EVERY_BYTES) {
        const limit = await room()
        if (limit < chunk.length) throw new AppError('disk_nearly_full', { limit })
        unchecked = 0
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
    // The last write of this transfer must be over before the next transfer begins.
    const closed = new Promise<void>((resolve) => void output.once('close', resolve))
    try {
      await pipeline(whileThereIsRoom(limitBytes(size - offset, content)), output)
    } catch (error) {
      // The connection broke, or another request took over. The bytes that arrived stay.
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
