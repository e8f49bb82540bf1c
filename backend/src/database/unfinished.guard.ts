import { readdir } from 'node:fs/promises'
import { hasCode } from '../lib/files/fileErrors.ts'
import { StartupError } from '../lib/errors.ts'

/** A command that fills a data directory. */
export type FillTask = 'restore' | 'move'

/** Begins the names of everything that an attempt makes before it is complete. */
export const UNFINISHED = '.unfinished-'

const AGAIN: Readonly<Record<FillTask, string>> = {
  restore: 'npm run restore -- <file>.tar.gz',
  move: 'npm run move',
}

/**
 * Refuses a data directory that a killed restore or move has not completed. A server would create an empty database in it, and its first
 * user would become the admin. With a database it is complete, because that comes last.
 * @throws StartupError
 */
export async function refuseUnfinished(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch((error: unknown): string[] => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  })
  const left = names.find((name) => name.startsWith(UNFINISHED))
  if (left === undefined || names.includes('parley.db')) return
  const task: FillTask = left.startsWith(`${UNFINISHED}move`) ? 'move' : 'restore'
  throw new StartupError(
    `Parley cannot start: the ${task} into ${dataDir} was interrupted, so its data is not there. Run it again: ${AGAIN[task]}`,
  )
}
