import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskRoom, type DiskReserve } from '../lib/files/diskSpace.ts'
import { fsyncPath } from '../lib/files/fsyncPath.ts'
import { hasCode } from '../lib/files/fileErrors.ts'
import { isKey, type MediaStore } from './media.store.ts'

/**
 * Creates a store that keeps objects as files in a folder. No other program may write to this folder.
 * @param reserve the space that files leave free: the database is on the same disk, and must be able to write when they may not
 */
export function createLocalStore(root: string, reserve: DiskReserve): MediaStore {
  /** Returns the path of a key. @throws Error when the text is no key: a path must not lead out of the folder */
  function pathOf(key: string): string {
    if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is not a key`)
    return join(root, key)
  }

  return {
    direct: null,
    async put(key, file) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await fsyncPath(file)
      await linkOrCopy(file, path)
      await fsyncPath(dirname(path))
    },
    async get(key, range) {
      const path = pathOf(key)
      if (!(await sizeOf(path))) return null
      return createReadStream(path, range ?? {})
    },
    head: async (key) => sizeOf(pathOf(key)),
    async delete(keys) {
      for (const key of keys) {
        const path = pathOf(key)
        await unlink(path).catch(rethrowUnless('ENOENT'))
        // Deletes the folder when its last file is gone.
        await rmdir(dirname(path)).catch(rethrowUnless('ENOENT', 'ENOTEMPTY', 'EEXIST'))
      }
    },
    locate: async (key) => ({ kind: 'file', root, path: (pathOf(key), key) }),
    async room() {
      await mkdir(root, { recursive: true, mode: 0o700 })
      return diskRoom(root, reserve)
    },
    close() {},
  }
}

/**
 * Links a file to its place, because the file no longer changes. File systems without hard links (FAT, some network
 * shares) take a copy.
 */
async function linkOrCopy(file: string, path: string): Promise<void> {
  try {
    await link(file, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return
    const draft = `${path}.${randomBytes(6).toString('hex')}`
    await copyFile(file, draft)
    await fsyncPath(draft)
    await rename(draft, path)
  }
}

async function sizeOf(path: string): Promise<{ size: number } | null> {
  try {
    return { size: (await stat(path)).size }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

function rethrowUnless(...codes: string[]) {
  return (error: unknown) => {
    if (!hasCode(error, ...codes)) throw error
  }
}
