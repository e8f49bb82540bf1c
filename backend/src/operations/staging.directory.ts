import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Gives work a directory that only its owner can read, inside `parent`, so that what is made there can be renamed into place. It is removed
 * at the end, also when the person presses Ctrl-C; only a killed process leaves it.
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
