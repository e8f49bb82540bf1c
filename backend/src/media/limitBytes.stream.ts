import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../lib/errors.ts'
import { hasCode } from '../lib/files/fileErrors.ts'

/**
 * Yields the chunks of a request's body, at most `room` bytes. The request stays open when it ends early, so that the
 * server can answer it.
 * @throws AppError `too_large`
 */
export async function* limitBytes(room: number, content: Readable): AsyncGenerator<Buffer> {
  let left = room
  for await (const chunk of content.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Buffer)) throw new TypeError('A body comes in buffers')
    if (chunk.length > left) throw new AppError('content_too_large', { limit: room })
    left -= chunk.length
    yield chunk
  }
}

/** Writes a body into a new file. @throws AppError `too_large`, `storage_full` */
export async function receiveFile(content: Readable, path: string, max: number): Promise<void> {
  try {
    await pipeline(limitBytes(max, content), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  } catch (error) {
    throw diskError(error)
  }
}

/** Returns an AppError for a full disk, and any other error as it is. */
export function diskError(error: unknown): unknown {
  return hasCode(error, 'ENOSPC', 'EDQUOT') ? new AppError('disk_full', {}, { cause: error }) : error
}
