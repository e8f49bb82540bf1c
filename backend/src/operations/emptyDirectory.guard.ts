import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lockDirectory } from 'parley-engine'
import { fsyncPath } from '../lib/fsyncPath.ts'
import { withStaging } from './staging.directory.ts'

const STAGING = '.unfinished-'

/**
 * Fills a data directory. `work` makes the files in a staging directory inside it, which no server opens. Then each
 * file is renamed into its place, the last one at the end. The staging directory is inside, because a data directory is
 * often a mounted volume. The data directory is locked, so no server starts in it meanwhile.
 * @param check refuses the files that exist; it gets their names, without those of an interrupted attempt
 * @param work returns the names of the files to keep; the database comes last
 */
export async function fillDirectory(
  dataDir: string,
  check: (names: string[]) => void,
  work: (staging: string) => Promise<string[]>,
): Promise<void> {
  if (existsSync(dataDir)) check(meaningful(await readdir(dataDir)))
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const unlock = await lockDirectory(dataDir)
  try {
    const names = await readdir(dataDir)
    check(meaningful(names))
    for (const name of names)
      if (name.startsWith(STAGING)) await rm(join(dataDir, name), { recursive: true, force: true })
    await withStaging(dataDir, STAGING, async (staging) => {
      const files = await work(staging)
      for (const name of files) await fsyncPath(join(staging, name))
      for (const name of files) {
        await rename(join(staging, name), join(dataDir, name))
        await fsyncPath(dataDir)
      }
    })
  } finally {
    unlock()
  }
}

function meaningful(names: readonly string[]): string[] {
  return names.filter((name) => name !== 'parley.lock' && !name.startsWith(STAGING))
}
