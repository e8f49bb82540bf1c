import { parseArgs, type ParseArgsConfig } from 'node:util'
import { z } from 'zod'
import { askPassword, askText } from './terminal.prompt.ts'
import { jobLines } from './jobs.format.ts'
import { lines } from './stats.format.ts'
import { UsageError, type CommandName } from './command.usage.ts'

/** What to ask of the server, and how to tell its answer. */
export interface Prepared {
  name: string
  input: unknown
  tell(result: unknown, isRunning: boolean): string
}

type Prepare = (args: string[]) => Promise<Prepared>

const userSchema = z.object({ username: z.string(), fullName: z.string(), role: z.string() })
const changeSchema = z.object({
  user: userSchema,
  link: z.object({ token: z.string(), expiresAt: z.string() }).nullable(),
})
const broadcastSchema = z.object({ state: z.string(), recipientCount: z.number() })

/** Reads the arguments of each command. @throws UsageError */
export const COMMANDS: Record<CommandName, Prepare> = {
  async 'create-admin'(args) {
    const { values, positionals } = parsed(args, {
      email: { type: 'string' },
      name: { type: 'string' },
      link: { type: 'boolean' },
    })
    const username = only(positionals, 'username')
    if (values.email === undefined) throw new UsageError('Give an e-mail address: --email.')
    const account = { username, email: values.email, fullName: values.name ?? username }
    const input = values.link ? account : { ...account, password: await askPassword() }
    return { name: 'createAdmin', input, tell: (result) => told(result, 'is an admin now, and can sign in.') }
  },

  promote: (args) => role(args, 'admin', 'is an admin now.'),
  demote: (args) => role(args, 'member', 'is a member now.'),

  async 'reset-password'(args) {
    const { values, positionals } = parsed(args, { password: { type: 'boolean' } })
    const login = only(positionals, 'who')
    const input = values.password ? { login, password: await askPassword() } : { login }
    return { name: 'resetPassword', input, tell: (result) => told(result, 'has a new password.') }
  },

  async broadcast(args) {
    const { values, positionals } = parsed(args, {
      title: { type: 'string' },
      priority: { type: 'string' },
      acknowledge: { type: 'boolean' },
      from: { type: 'string' },
    })
    if (positionals.length > 1) throw new UsageError('Put the text between quotes.')
    const text = positionals[0] ?? (await askText())
    if (text === '') throw new UsageError('There is no text.')
    const { title, priority, acknowledge: needsAcknowledgement, from } = values
    const input = {
      text,
      ...Object.fromEntries(
        Object.entries({ title, priority, needsAcknowledgement, from }).filter(([, value]) => value !== undefined),
      ),
    }
    return {
      name: 'broadcast',
      input,
      tell(result) {
        const { state, recipientCount } = broadcastSchema.parse(result)
        return state === 'sent'
          ? `Sent to ${recipientCount} ${recipientCount === 1 ? 'person' : 'people'}.`
          : 'It is on its way: the servers send it within half a minute, or when one is started.'
      },
    }
  },

  async jobs(args) {
    const { values, positionals } = parsed(args, { retry: { type: 'boolean' }, json: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError('jobs takes no name.')
    return {
      name: 'jobs',
      input: { retry: values.retry ?? false },
      tell: (result) => (values.json ? JSON.stringify(result, null, 2) : jobLines(result)),
    }
  },

  async stats(args) {
    const { values, positionals } = parsed(args, { json: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError('stats takes no name.')
    return {
      name: 'stats',
      input: {},
      tell: (result, isRunning) => (values.json ? JSON.stringify(result, null, 2) : lines(result, isRunning)),
    }
  },
}

async function role(args: string[], role: string, what: string): Promise<Prepared> {
  const login = only(parsed(args, {}).positionals, 'who')
  return { name: 'setRole', input: { login, role }, tell: (result) => told({ user: result, link: null }, what) }
}

function told(result: unknown, what: string): string {
  const { user, link } = changeSchema.parse(result)
  const name = `${user.fullName} (${user.username})`
  if (!link) return `${name} ${what}`
  return `A link to a new password for ${name}, good once until ${link.expiresAt}. Put the address of your server before it:\n\n  /reset/${link.token}\n`
}

function only(positionals: string[], what: string): string {
  const [first] = positionals
  if (first === undefined || positionals.length > 1) throw new UsageError(`Give one <${what}>.`)
  return first
}

function parsed<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
