import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { UsageError } from './command.usage.ts'

/**
 * A password: asked for twice without being shown, or the first line of what is piped in. Never an argument, which everybody on the machine
 * could see and the shell would remember.
 */
export async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const [first = ''] = (await text(process.stdin)).split(/\r?\n/)
    if (first === '') throw new UsageError('No password came in.')
    return first
  }
  const password = await unseen('New password: ')
  if ((await unseen('Once more: ')) !== password) throw new UsageError('These are two different passwords.')
  return password
}

/** All that is piped in. */
export async function askText(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Write the text, and end it with Ctrl-D:\n')
  return (await text(process.stdin)).trim()
}

async function unseen(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // Now the terminal shows nothing any more of what is typed.
  process.stderr.write(question)
  const stop = new AbortController()
  lines.once('SIGINT', () => stop.abort())
  try {
    return await lines.question('', { signal: stop.signal })
  } catch {
    throw new UsageError('Nothing was done.')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
