import { loadConfig } from '../config.ts'
import { RefusedCommand } from '../lib/commandPipe.ts'
import { AppError, StartupError } from '../lib/errors.ts'
import { COMMANDS } from './admin.commands.ts'
import { reach } from './server.connection.ts'
import { helpFor, isCommand, UsageError } from './command.usage.ts'

const [name = '', ...args] = process.argv.slice(2)
process.exitCode = await main()

/** The code to end with: 0 done, 1 it could not be done, 2 it was asked for in the wrong way. */
async function main(): Promise<number> {
  if (name === '' || name === '--help' || name === '-h' || name === 'help') return say(helpFor(), name === '' ? 2 : 0)
  if (!isCommand(name)) return complain(`There is no command ${name}.\n\n${helpFor()}`, 2)
  if (args.includes('--help') || args.includes('-h')) return say(helpFor(name), 0)
  try {
    const { name: command, input, tell } = await COMMANDS[name](args)
    const { result, isRunning } = await reach(await loadConfig(), command, input)
    return say(tell(result, isRunning), 0)
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\n\n${helpFor(name)}`, 2)
    return complain(explained(error), 1)
  }
}

function explained(error: unknown): string {
  if (error instanceof AppError || error instanceof RefusedCommand || error instanceof StartupError)
    return error.message
  if (!(error instanceof Error)) return String(error)
  // The file system says what it refuses; anything else shows where it happened.
  return 'syscall' in error ? error.message : (error.stack ?? error.message)
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`)
  return code
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}
