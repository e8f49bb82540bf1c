import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, rename, rmdir, stat, statfs, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fsyncPath } from '../lib/fsyncPath.ts'
import { hasCode } from '../lib/fileErrors.ts'
import type { CostLimits } from '../lib/limits/costLimits.ts'
import { isKey, type MediaStore } from './media.store.ts'

/** The database is on the same disk and comes first. */
type DiskReserve = Pick<CostLimits, 'diskReserveBytes' | 'diskReserveShare'>

/** Objects as files of a folder, which nobody else writes to. */
export function createLocalStore(root: string, { diskReserveBytes, diskReserveShare }: DiskReserve): MediaStore {
  /** @throws Error for what is no key: a fault of ours, and never a way out of the folder */
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
        await unlink(path).catch(unless('ENOENT'))
        // Its folder, when it was the last one in it.
        await rmdir(dirname(path)).catch(unless('ENOENT', 'ENOTEMPTY', 'EEXIST'))
      }
    },
    locate: async (key) => ({ kind: 'file', root, path: (pathOf(key), key) }),
    async room() {
      await mkdir(root, { recursive: true, mode: 0o700 })
      const { bavail, blocks, bsize } = await statfs(root)
      return Math.max(0, bavail * bsize - Math.min(diskReserveBytes, blocks * bsize * diskReserveShare))
    },
    close() {},
  }
}

/** A second name costs nothing, and nobody writes to either any more. File systems without hard links (FAT, some network shares) take a copy. */
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

function unless(...codes: string[]) {
  return (error: unknown) => {
    if (!hasCode(error, ...codes)) throw error
  }
}
