import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** What the process is given. */
export interface BackupJob {
  /** Both absolute. */
  dataDir: string
  file: string
}

/** What it says. */
export type BackupNews =
  | { kind: 'progress'; part: number; bytes: number }
  | { kind: 'done'; bytes: number; sha256: string }
  | { kind: 'failed'; problem: string }

export interface RunningBackup {
  /** Never rejects. */
  ended: Promise<Exclude<BackupNews, { kind: 'progress' }>>
  /** Resolves when the process has ended; what it was making stays half done. */
  stop(): Promise<void>
}

/** Makes a backup in a process of its own, at the lowest priority: checking a database holds up whoever does it. It ends with this one. */
export function startBackup(job: BackupJob, onProgress: (part: number, bytes: number) => void): RunningBackup {
  const compiled = import.meta.url.endsWith('.js')
  const module = fileURLToPath(new URL(compiled ? './backup.worker.js' : './backup.worker.ts', import.meta.url))
  // Node 20 runs TypeScript by a loader, which only development and tests have.
  const execArgv = compiled
    ? []
    : ['--conditions=parley-source', '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
  const child = fork(module, [], { execArgv, env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let end: Exclude<BackupNews, { kind: 'progress' }> = {
    kind: 'failed',
    problem: 'The process that made it has ended. The log of the server may say why.',
  }
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      end = { kind: 'failed', problem: error.message }
      resolve()
    })
  })
  child.on('message', (news: BackupNews) => {
    if (news.kind === 'progress') onProgress(news.part, news.bytes)
    else end = news
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
