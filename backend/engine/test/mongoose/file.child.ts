import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installEngine } from './installEngine.ts'

/*
 * A process that runs one test file and reports each test to its parent. Arguments: the folder of the workspace and the
 * file.
 */
export interface TestResult {
  title: string
  state: 'passed' | 'failed' | 'skipped'
  isHook: boolean
  /** The message, and the first line of the stack inside the tests. */
  error?: string
}

export type Report = { kind: 'begin'; tests: number } | { kind: 'test'; test: TestResult } | { kind: 'end' }

interface Runnable {
  type: string
  fullTitle: () => string
}

interface Runner {
  total: number
  on: ((event: 'start' | 'end', heard: () => void) => Runner) &
    ((event: 'pass' | 'pending', heard: (test: Runnable) => void) => Runner) &
    ((event: 'fail', heard: (test: Runnable, error: unknown) => void) => Runner)
}

interface Mocha {
  addFile: (file: string) => void
  run: (done: () => void) => void
}

type MochaClass = new (options: { timeout: number; reporter: (runner: Runner) => void }) => Mocha

/** The time limit of a test in Mongoose's own continuous integration. */
const TEST_LIMIT_MS = 10_000

const [, , folder = '', file = ''] = process.argv
const require = createRequire(join(folder, 'test', file))
const directory = mkdtempSync(join(tmpdir(), 'parley-mongoose-data-'))
const engine = await installEngine(directory)
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))

const Mocha = require('mocha/lib/mocha.cjs') as MochaClass
const mocha = new Mocha({ timeout: TEST_LIMIT_MS, reporter: listen })
mocha.addFile(join(folder, 'test', file))
mocha.run(() => {
  void engine.close().finally(() => {
    // The parent has all reports when this message was sent. A leftover timer of a test must not keep the process
    // alive.
    process.send?.({ kind: 'end' } satisfies Report, () => process.exit(0))
  })
})

function listen(runner: Runner): void {
  runner.on('start', () => say({ kind: 'begin', tests: runner.total }))
  runner.on('pass', (test) => say({ kind: 'test', test: result(test, 'passed') }))
  runner.on('pending', (test) => say({ kind: 'test', test: result(test, 'skipped') }))
  runner.on('fail', (test, error) => say({ kind: 'test', test: { ...result(test, 'failed'), error: explain(error) } }))
}

function say(report: Report): void {
  process.send?.(report)
}

function result(test: Runnable, state: TestResult['state']): TestResult {
  return { title: test.fullTitle(), state, isHook: test.type === 'hook' }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Mocha prints paths relative to the working directory, which is the workspace.
  const place = /\((test\/.+?:\d+):\d+\)/.exec(error.stack ?? '')?.[1]
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`
}
