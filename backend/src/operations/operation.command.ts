import { loadConfig, type Config } from '../config.ts'
import { EngineError } from 'parley-engine'
import { StartupError } from '../lib/errors.ts'

/** Receives each step as a line of text. */
export type Report = (line: string) => void

/**
 * Runs a command of package.json with the configuration of the server. An error that the operator can fix ends it with
 * one line and code 1. Any other error shows its stack.
 */
export async function runCommand(
  work: (config: Config, args: string[], report: Report) => Promise<void>,
): Promise<void> {
  try {
    await work(await loadConfig(), process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`))
  } catch (error) {
    process.stderr.write(`${printable(error)}\n`)
    process.exitCode = 1
  }
}

/** Returns the only argument. @throws StartupError with the usage when there is none, or more than one */
export function onlyArgument(args: readonly string[], usage: string): string {
  const [only] = args
  if (args.length !== 1 || only === undefined || only === '' || only.startsWith('-'))
    throw new StartupError(`Usage: ${usage}`)
  return only
}

/** Returns a function that reports each tenth of a long task, at most once a second. */
export function progress(report: Report, task: string): (part: number) => void {
  let tenth = 0
  let reportedAt = Date.now()
  return (part) => {
    const now = Math.floor(part * 10)
    if (now <= tenth || now >= 10 || Date.now() - reportedAt < 1000) return
    tenth = now
    reportedAt = Date.now()
    report(`  ${task}: ${now * 10} %`)
  }
}

/** Formats a number with its noun: `1 document`, `2,000 documents`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

/** Formats bytes as megabytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}

/** Returns the message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function printable(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // The errors of the engine, the file system and MongoDB's driver name the cause.
  const isForOperators =
    error instanceof StartupError ||
    error instanceof EngineError ||
    'syscall' in error ||
    error.name.startsWith('Mongo')
  return isForOperators ? error.message : (error.stack ?? error.message)
}
