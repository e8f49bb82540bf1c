import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { UsageError } from './command.usage.ts'

/**
 * Asks for a password twice, without showing it, or reads the first line of the standard input. A password is never an
 * argument: other users of the machine could see it, and the shell would store it.
 */
export async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const [first = ''] = (await text(process.stdin)).split(/\r?\n/)
    if (first === '') throw new UsageError('There is no password in the standard input.')
    return first
  }
  const password = await askHidden('New password: ')
  if ((await askHidden('Once more: ')) !== password) throw new UsageError('The two passwords differ.')
  return password
}

/** Reads the text from the standard input. */
export async function askText(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Write the text, and end it with Ctrl-D:\n')
  return (await text(process.stdin)).trim()
}

async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // From here on, the terminal does not show what is typed.
  process.stderr.write(question)
  const stop = new AbortController()
  lines.once('SIGINT', () => stop.abort())
  try {
    return await lines.question('', { signal: stop.signal })
  } catch {
    throw new UsageError('Cancelled. Nothing was changed.')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
