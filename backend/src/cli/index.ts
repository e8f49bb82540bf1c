import { loadConfig } from '../config.ts'
import { RefusedCommand } from '../lib/commandPipe.ts'
import { AppError, StartupError } from '../lib/errors.ts'
import { COMMANDS } from './admin.commands.ts'
import { askOrOpen } from './server.connection.ts'
import { helpFor, isCommand, UsageError } from './command.usage.ts'

const [name = '', ...args] = process.argv.slice(2)
process.exitCode = await main()

/** Returns the exit code: 0 done, 1 the command failed, 2 its arguments are wrong. */
async function main(): Promise<number> {
  if (name === '' || name === '--help' || name === '-h' || name === 'help') return print(helpFor(), name === '' ? 2 : 0)
  if (!isCommand(name)) return printError(`There is no command ${name}.\n\n${helpFor()}`, 2)
  if (args.includes('--help') || args.includes('-h')) return print(helpFor(name), 0)
  try {
    const { name: command, input, format } = await COMMANDS[name](args)
    const { result, isRunning } = await askOrOpen(await loadConfig(), command, input)
    return print(format(result, isRunning), 0)
  } catch (error) {
    if (error instanceof UsageError) return printError(`${error.message}\n\n${helpFor(name)}`, 2)
    return printError(messageOf(error), 1)
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AppError || error instanceof RefusedCommand || error instanceof StartupError)
    return error.message
  if (!(error instanceof Error)) return String(error)
  // An error of the file system names the file. Any other error shows its stack.
  return 'syscall' in error ? error.message : (error.stack ?? error.message)
}

function print(text: string, code: number): number {
  process.stdout.write(`${text}\n`)
  return code
}

function printError(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}
