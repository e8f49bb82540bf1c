import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { StartupError } from '../lib/errors.ts'
import { askServer } from '../lib/commandPipe.ts'
import { createLogger } from '../lib/logger.ts'

/** The answer to a command. */
export interface CommandAnswer {
  result: unknown
  /** Whether the running server did the command. Only that server has the connections of the clients. */
  isRunning: boolean
}

/**
 * Runs a command. A server that runs on the data directory does it, because only that server may open the storage.
 * Otherwise this process opens the storage. Several programs may open MongoDB at once.
 * @throws AppError or RefusedCommand when the command is refused; StartupError when neither way works
 */
export async function askOrOpen(config: Config, name: string, input: unknown): Promise<CommandAnswer> {
  if (config.mongoUri !== undefined)
    return withTemporaryDataDir((dataDir) => openAndRun({ ...config, dataDir }, name, input))
  const answer = await askServer(config.dataDir, name, input)
  if (answer) return { result: answer.result, isRunning: true }
  return openAndRun(config, name, input)
}

async function openAndRun(config: Config, name: string, input: unknown): Promise<CommandAnswer> {
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

/** Calls `work` with a temporary data directory. With MongoDB, the data directory belongs to the server. */
async function withTemporaryDataDir<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
