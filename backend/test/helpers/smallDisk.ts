import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { hasCode } from '../../src/lib/files/fileErrors.ts'

/** A disk in memory, of a few megabytes. Only programs that are started with `enter` find it at its path. */
export interface SmallDisk {
  path: string
  /** The same folder for this process. */
  outside: string
  /** The beginning of the command line of a program that uses the disk. */
  enter: readonly string[]
  free(): Promise<number>
  /** Fills the disk to its last page. */
  fill(): Promise<void>
  makeRoom(): Promise<void>
}

/** How a process gets a disk of its own: as root, or as a user with that right. */
const WAYS = [
  { unshare: ['--mount'], nsenter: ['--mount'] },
  { unshare: ['--user', '--map-root-user', '--mount'], nsenter: ['--user', '--mount', '--preserve-credentials'] },
]

const way = WAYS.find(({ unshare }) => {
  try {
    execFileSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

/** Why a test without a small disk is skipped; null when disks can be made. */
export const NO_SMALL_DISK = way ? null : 'this system lets no process mount a disk of its own (unshare, tmpfs)'

const PORTION_BYTES = 1024 * 1024

/** Makes a disk, which ends with the test. */
export async function createSmallDisk(mebibytes: number): Promise<SmallDisk> {
  if (!way) throw new Error(NO_SMALL_DISK ?? '')
  const path = await mkdtemp(join(tmpdir(), 'parley-disk-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  // The disk lives as long as this process, which ends when its input does.
  const script = 'mount -t tmpfs -o "size=$0m" tmpfs "$1" && echo mounted && exec cat >/dev/null'
  const keeper = spawn('unshare', [...way.unshare, 'sh', '-c', script, String(mebibytes), path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void keeper.kill('SIGKILL'))
  await once(keeper.stdout, 'data')
  const outside = `/proc/${keeper.pid}/root${path}`
  const filler = join(outside, 'filler')
  const free = async () => {
    const { bavail, bsize } = await statfs(outside)
    return bavail * bsize
  }
  return {
    path,
    outside,
    enter: ['nsenter', '--target', String(keeper.pid), ...way.nsenter, '--'],
    free,
    async fill() {
      const file = await open(filler, 'a')
      try {
        for (let room = await free(); room > 0; room = await free())
          await file.write(Buffer.alloc(Math.min(PORTION_BYTES, room)))
      } catch (error) {
        if (!hasCode(error, 'ENOSPC')) throw error
      } finally {
        await file.close()
      }
    },
    makeRoom: () => rm(filler, { force: true }),
  }
}
