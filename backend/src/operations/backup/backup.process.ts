import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The job of the backup process. */
export interface BackupJob {
  /** Both paths are absolute. */
  dataDir: string
  file: string
}

/** A message of the backup process. */
export type BackupMessage =
  | { kind: 'progress'; part: number; bytes: number }
  | { kind: 'done'; bytes: number; sha256: string }
  | { kind: 'failed'; problem: string }

export interface RunningBackup {
  /** Resolves to the last message. It never rejects. */
  ended: Promise<Exclude<BackupMessage, { kind: 'progress' }>>
  /** Stops the process, and resolves when it has ended. An unfinished file stays. */
  stop(): Promise<void>
}

/**
 * Makes a backup in a process of its own with the lowest priority, because checking a database blocks a process for
 * long. The process ends with the server.
 */
export function startBackup(job: BackupJob, onProgress: (part: number, bytes: number) => void): RunningBackup {
  const compiled = import.meta.url.endsWith('.js')
  const module = fileURLToPath(new URL(compiled ? './backup.worker.js' : './backup.worker.ts', import.meta.url))
  // Node 20 needs a loader for TypeScript, which only development and tests have.
  const execArgv = compiled
    ? []
    : ['--conditions=parley-source', '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
  const child = fork(module, [], { execArgv, env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let end: Exclude<BackupMessage, { kind: 'progress' }> = {
    kind: 'failed',
    problem: 'The process that made the backup has ended. The log of the server may say why.',
  }
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      end = { kind: 'failed', problem: error.message }
      resolve()
    })
  })
  child.on('message', (message: BackupMessage) => {
    if (message.kind === 'progress') onProgress(message.part, message.bytes)
    else end = message
  })
  child.send(job, () => {})
  return {
    ended: exit.then(() => end),
    stop() {
      child.kill('SIGKILL')
      return exit
    },
  }
}
