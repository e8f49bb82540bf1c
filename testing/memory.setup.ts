import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

const SHARED_MEMORY = '/dev/shm'
/** The tests hold less than a gigabyte of files at any time. */
const NEEDED_BYTES = 4 * 1024 ** 3

/**
 * Puts the files of the tests into memory where the machine has room for them: each server that starts waits for the disk
 * dozens of times. Tests that cut off a server in the middle of a write run on the disk (`npm run test:faults`).
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const room = await statfs(SHARED_MEMORY).catch(() => null)
  if (room === null || room.bavail * room.bsize < NEEDED_BYTES) return undefined
  const folder = await mkdtemp(join(SHARED_MEMORY, 'parley-tests-'))
  // As in /tmp, a test that gives up root's rights may pass through.
  await chmod(folder, 0o711)
  process.env['TMPDIR'] = folder
  return () => rm(folder, { recursive: true, force: true })
}
