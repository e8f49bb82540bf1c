import { createWriteStream } from 'node:fs'
import { mkdir, open, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../lib/errors.ts'
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
  path(id: string): string
  remove(id: string): Promise<void>
}

/** The offset is where the upload is; `isExpected` false: not where the sender thought, and nothing was taken. */
export interface Appended {
  offset: number
  isExpected: boolean
}

interface Transfer {
  content: Readable
  ended: Promise<unknown>
}

export function createTusUploadStore(root: string): TusUploadStore {
  const running = new Map<string, Transfer>()
  const path = (id: string) => join(root, id)

  /** The newest request wins: a connection that broke without a word may otherwise hold the upload for minutes. */
  async function takeOver(id: string): Promise<void> {
    for (let current = running.get(id); current; current = running.get(id)) {
      current.content.destroy()
      await current.ended
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
    const output = createWriteStream(path(id), { flags: 'a' })
    // Only then is the last write over, which the next transfer must not meet.
    const closed = new Promise<void>((resolve) => void output.once('close', resolve))
    try {
      await pipeline(limitBytes(size - offset, content), output)
    } catch (error) {
      // The connection broke, or another took over: what arrived is kept.
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
    async offset(id) {
      await takeOver(id)
      return length(id)
    },
    async append(id, offset, size, content) {
      await takeOver(id)
      const writing = write(id, offset, size, content)
      const transfer = { content, ended: writing.catch(() => undefined) }
      running.set(id, transfer)
      try {
        return await writing
      } finally {
        if (running.get(id) === transfer) running.delete(id)
      }
    },
    async remove(id) {
      await takeOver(id)
      await unlink(path(id)).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error
      })
    },
  }
}
