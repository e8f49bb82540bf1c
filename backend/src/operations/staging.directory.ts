import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Calls `work` with a directory inside `parent` that only its owner can read. The finished files can be renamed into
 * their place. The directory is removed at the end, also after Ctrl-C. Only a killed process leaves it.
 */
export async function withStaging<T>(
  parent: string,
  prefix: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(parent, `${prefix}${randomBytes(6).toString('hex')}`)
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  const interrupt = (): void => {
    remove()
    process.exit(130)
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  try {
    await mkdir(directory, { mode: 0o700 })
    return await work(directory)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    remove()
  }
}
