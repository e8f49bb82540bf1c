import type { FileHandle } from 'node:fs/promises'

const WINDOW_BYTES = 64 * 1024
const ZEROS = Buffer.alloc(WINDOW_BYTES)

/** Reads and overwrites parts of a file. Its length never changes. */
export interface FilePatcher {
  readonly size: number
  /** Whether a byte was overwritten with another value. */
  readonly isChanged: boolean
  /** Reads up to `length` bytes, fewer at the end of the file. The result is valid until the next call. */
  read(at: number, length: number): Promise<Buffer>
  write(at: number, bytes: Buffer): Promise<void>
  /** Overwrites the bytes from `at` to `end` with zeros. */
  zero(at: number, end: number): Promise<void>
}

/** Creates a patcher that reads ahead: a header costs no system call of its own. */
export function createFilePatcher(file: FileHandle, size: number): FilePatcher {
  const window = Buffer.alloc(WINDOW_BYTES)
  let [start, end] = [0, 0]
  let isChanged = false

  async function read(at: number, length: number): Promise<Buffer> {
    if (length > WINDOW_BYTES) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
      return buffer.subarray(0, bytesRead)
    }
    if (at < start || at + length > end) {
      start = at
      end = at + (await file.read(window, 0, WINDOW_BYTES, at)).bytesRead
    }
    return window.subarray(at - start, Math.min(at - start + length, end - start))
  }

  async function write(at: number, bytes: Buffer): Promise<void> {
    if ((await read(at, bytes.length)).equals(bytes)) return
    isChanged = true
    await file.write(bytes, 0, bytes.length, at)
    ;[start, end] = [0, 0]
  }

  return {
    size,
    get isChanged() {
      return isChanged
    },
    read,
    write,
    async zero(at, until) {
      const stop = Math.min(until, size)
      for (let from = at; from < stop; from += WINDOW_BYTES)
        await write(from, ZEROS.subarray(0, Math.min(WINDOW_BYTES, stop - from)))
    },
  }
}
