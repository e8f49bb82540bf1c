import { loadConfig, type Config } from '../config.ts'
import { EngineError } from 'parley-engine'
import { StartupError } from '../lib/errors.ts'

/** Is told what is being done, a line at a time. */
export type Report = (line: string) => void

/**
 * Runs one of the commands of package.json, with the configuration of the server. Whatever a person can do something about ends it with
 * one line and code 1; anything else shows where it happened.
 */
export async function runCommand(
  work: (config: Config, args: string[], report: Report) => Promise<void>,
): Promise<void> {
  try {
    await work(await loadConfig(), process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`))
  } catch (error) {
    process.stderr.write(`${explained(error)}\n`)
    process.exitCode = 1
  }
}

/** @throws StartupError with the usage unless there is exactly one argument */
export function onlyArgument(args: readonly string[], usage: string): string {
  const [only] = args
  if (args.length !== 1 || only === undefined || only === '' || only.startsWith('-'))
    throw new StartupError(`Usage: ${usage}`)
  return only
}

/** Tells every full tenth of a long work, but not more often than each second. */
export function progress(report: Report, what: string): (part: number) => void {
  let tenth = 0
  let told = Date.now()
  return (part) => {
    const now = Math.floor(part * 10)
    if (now <= tenth || now >= 10 || Date.now() - told < 1000) return
    tenth = now
    told = Date.now()
    report(`  ${what}: ${now * 10} %`)
  }
}

/** `1 document`, `2,000 documents`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Those of the engine, of the file system and of MongoDB's driver say what is wrong with what.
  const isForPeople =
    error instanceof StartupError ||
    error instanceof EngineError ||
    'syscall' in error ||
    error.name.startsWith('Mongo')
  return isForPeople ? error.message : (error.stack ?? error.message)
}
