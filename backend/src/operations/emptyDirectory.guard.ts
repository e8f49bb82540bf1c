import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { lockDirectory } from 'parley-engine'
import { z } from 'zod'
import { fsyncPath } from '../lib/files/fsyncPath.ts'
import { withStaging } from './staging.directory.ts'
import { UNFINISHED, type FillTask } from '../database/unfinished.guard.ts'

/** The end of the name of the file that marks an attempt, and lists what it puts into place. */
const PLACING = '-placing.json'

const namesSchema = z.array(z.string().regex(/^[a-z][a-z.-]*$/))

/**
 * Fills a data directory. `work` makes the files in a staging directory inside it, which no server opens. Then each
 * file is renamed into its place, the last one at the end. The staging directory is inside, because a data directory is
 * often a mounted volume. The data directory is locked, so no server starts in it meanwhile. An attempt that is interrupted
 * leaves a mark, by which every server refuses the directory (`refuseUnfinished`).
 * @param check refuses the files that exist; it gets their names, without those of an interrupted attempt
 * @param work returns the names of the files to keep; the database comes last
 */
export async function fillDirectory(
  dataDir: string,
  task: FillTask,
  check: (names: string[]) => void,
  work: (staging: string) => Promise<string[]>,
): Promise<void> {
  if (existsSync(dataDir)) check(await meaningful(dataDir))
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const unlock = await lockDirectory(dataDir)
  try {
    check(await meaningful(dataDir))
    const mark = join(dataDir, `${UNFINISHED}${task}${PLACING}`)
    await removePlaced(dataDir)
    await writeMark(mark, [])
    await removeAttempts(dataDir, mark)
    let isPlacing = false
    try {
      await withStaging(dataDir, `${UNFINISHED}${task}-`, async (staging) => {
        const files = await work(staging)
        for (const name of files) await fsyncPath(join(staging, name))
        await writeMark(mark, files)
        isPlacing = true
        for (const name of files) {
          await rename(join(staging, name), join(dataDir, name))
          await fsyncPath(dataDir)
        }
        isPlacing = false
      })
    } finally {
      // After an error the directory is empty again. With some of the files, it must not be used.
      if (!isPlacing) await rm(mark, { force: true })
    }
  } finally {
    unlock()
  }
}

/** Writes the mark of an attempt: the whole list, or the list before. */
async function writeMark(path: string, names: readonly string[]): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(names))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await fsyncPath(dirname(path))
}

/** Removes what interrupted attempts put into place. */
async function removePlaced(dataDir: string): Promise<void> {
  for (const name of await placedNames(dataDir)) await rm(join(dataDir, name), { recursive: true, force: true })
}

/** Removes the marks and staging directories of interrupted attempts. The mark of the new one stays. */
async function removeAttempts(dataDir: string, mark: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name)
    if (name.startsWith(UNFINISHED) && path !== mark) await rm(path, { recursive: true, force: true })
  }
}

/** Returns the names that an interrupted attempt may have put into place. With a database, the attempt was complete. */
async function placedNames(dataDir: string): Promise<string[]> {
  const names = await readdir(dataDir)
  if (names.includes('parley.db')) return []
  const lists = names.filter((name) => name.startsWith(UNFINISHED) && name.endsWith(PLACING))
  const placed = await Promise.all(lists.map(async (name) => readFile(join(dataDir, name), 'utf8')))
  return placed.flatMap((list) => namesSchema.parse(JSON.parse(list)))
}

/** Returns the names that no interrupted attempt has left. */
async function meaningful(dataDir: string): Promise<string[]> {
  const placed = await placedNames(dataDir)
  const names = await readdir(dataDir)
  return names.filter((name) => name !== 'parley.lock' && !name.startsWith(UNFINISHED) && !placed.includes(name))
}
