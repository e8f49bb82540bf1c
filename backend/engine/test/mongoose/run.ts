import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Report, TestResult } from './file.child.ts'

/** The result of one test file. */
export interface FileResult {
  file: string
  tests: TestResult[]
  /** The number of announced tests that did not run, because a hook failed or the process ended. */
  missed: number
  /** The reason why the process ended before the tests did. */
  end: string | undefined
  seconds: number
}

/** Far longer than the slowest file takes. */
const FILE_LIMIT_MS = 300_000

const CHILD = fileURLToPath(new URL('./file.child.ts', import.meta.url))

/** Runs one file in its own process, so that a hang or a crash does not affect other files. */
export function runFile(folder: string, file: string): Promise<FileResult> {
  return new Promise((resolve) => {
    const began = performance.now()
    const tests: TestResult[] = []
    let announced = 0
    let ended = false
    let complaint = ''
    const child = fork(CHILD, [folder, file], {
      cwd: folder,
      // Enables the transaction tests.
      env: { ...process.env, START_REPLICA_SET: '1' },
      execArgv: ['--import', import.meta.resolve('tsx'), '--disable-warning=MONGOOSE', '--disable-warning=DEP0040'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-2000)
    })
    child.on('message', (report: Report) => {
      if (report.kind === 'test') tests.push(report.test)
      else if (report.kind === 'begin') announced = report.tests
      else ended = true
    })
    const limit = setTimeout(() => child.kill('SIGKILL'), FILE_LIMIT_MS)
    child.on('exit', (code, signal) => {
      clearTimeout(limit)
      const seconds = (performance.now() - began) / 1000
      const end = ended
        ? undefined
        : signal === null
          ? `ended with ${code}: ${complaint}`
          : `was ended after ${seconds.toFixed(0)} s`
      const reported = tests.filter(({ isHook }) => !isHook).length
      resolve({ file, tests, missed: Math.max(0, announced - reported), end, seconds })
    })
  })
}
