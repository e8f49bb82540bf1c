import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { openDatabase, type Database } from '../../src/database/database.connection.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { programOf } from '../helpers/programs.ts'

export const logger = createLogger('silent')

export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-operations-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Opens the embedded engine on a directory, whatever MONGO_DB_URI is. */
export async function openEngine(dataDir: string): Promise<Database> {
  const database = await openDatabase({ dataDir, logger })
  onTestFinished(() => database.close())
  return database
}

type CommandName = 'backup' | 'restore' | 'move' | 'shard'

/** Starts one of the commands of package.json on a data directory. */
export function startCommand(name: CommandName, dataDir: string, ...args: string[]): ChildProcess {
  return startCommandWith({}, name, dataDir, ...args)
}

/** Does the same with more variables. */
export function startCommandWith(
  variables: Record<string, string>,
  name: CommandName,
  dataDir: string,
  ...args: string[]
): ChildProcess {
  const script = fileURLToPath(new URL(`../../src/operations/${name}/index.ts`, import.meta.url))
  const { MONGO_DB_URI: _, ...env } = process.env
  const child = spawn(process.execPath, [programOf(script), ...args], {
    env: { ...env, DATA_DIR: dataDir, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export async function outcome(child: ChildProcess): Promise<{ code: number | null; output: string; errors: string }> {
  const exit = once(child, 'exit') as Promise<[number | null]>
  const [output, errors, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), exit])
  return { code, output, errors }
}
