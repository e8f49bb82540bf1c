import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { StartupError } from '../lib/errors.ts'
import { askServer } from '../lib/commandPipe.ts'
import { createLogger } from '../lib/logger.ts'

export interface Reached {
  result: unknown
  /** The server did it, which reaches who is connected. */
  isRunning: boolean
}

/**
 * Has a command done: by the server that runs on the data directory, since only it may open the storage; by opening it when none
 * runs. MongoDB is open to several programs at once.
 * @throws AppError or RefusedCommand when the command is refused; StartupError when neither can be had
 */
export async function reach(config: Config, name: string, input: unknown): Promise<Reached> {
  if (config.mongoUri !== undefined) return elsewhere((dataDir) => direct({ ...config, dataDir }, name, input))
  const answer = await askServer(config.dataDir, name, input)
  if (answer) return { result: answer.result, isRunning: true }
  return direct(config, name, input)
}

async function direct(config: Config, name: string, input: unknown): Promise<Reached> {
  const app = await createApp(config, createLogger('silent')).catch((error: unknown) => {
    if (!(error instanceof StartupError) || !error.message.includes('already in use')) throw error
    throw new StartupError(
      `A server runs on ${config.dataDir}, and cannot be reached: it is starting or stopping, or was started by an older Parley.`,
      { cause: error },
    )
  })
  try {
    return { result: await app.command(name, input), isRunning: false }
  } finally {
    await app.close()
  }
}

/** What a server on MongoDB keeps in its data directory is its own. */
async function elsewhere<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
