import { parseArgs, type ParseArgsConfig } from 'node:util'
import { z } from 'zod'
import { askPassword, askText } from './terminal.prompt.ts'
import { jobLines } from './jobs.format.ts'
import { statsLines } from './stats.format.ts'
import { UsageError, type CommandName } from './command.usage.ts'

/** A request to the server, and how to print its answer. */
export interface Request {
  name: string
  input: unknown
  format(result: unknown, isRunning: boolean): string
}

type ParseCommand = (args: string[]) => Promise<Request>

const userSchema = z.object({ username: z.string(), fullName: z.string(), role: z.string() })
const changeSchema = z.object({
  user: userSchema,
  link: z.object({ token: z.string(), expiresAt: z.string() }).nullable(),
})
const broadcastSchema = z.object({ state: z.string(), recipientCount: z.number() })

/** Parses the arguments of each command. @throws UsageError */
export const COMMANDS: Record<CommandName, ParseCommand> = {
  async 'create-admin'(args) {
    const { values, positionals } = parseArguments(args, {
      email: { type: 'string' },
      name: { type: 'string' },
      link: { type: 'boolean' },
    })
    const username = only(positionals, 'username')
    if (values.email === undefined) throw new UsageError('Give an e-mail address: --email.')
    const account = { username, email: values.email, fullName: values.name ?? username }
    const input = values.link ? account : { ...account, password: await askPassword() }
    return {
      name: 'createAdmin',
      input,
      format: (result) => formatAccount(result, 'is an admin now, and can sign in.'),
    }
  },

  promote: (args) => role(args, 'admin', 'is an admin now.'),
  demote: (args) => role(args, 'member', 'is a member now.'),

  async 'reset-password'(args) {
    const { values, positionals } = parseArguments(args, { password: { type: 'boolean' } })
    const login = only(positionals, 'user')
    const input = values.password ? { login, password: await askPassword() } : { login }
    return { name: 'resetPassword', input, format: (result) => formatAccount(result, 'has a new password.') }
  },

  async broadcast(args) {
    const { values, positionals } = parseArguments(args, {
      title: { type: 'string' },
      priority: { type: 'string' },
      acknowledge: { type: 'boolean' },
      from: { type: 'string' },
    })
    if (positionals.length > 1) throw new UsageError('Put the text in quotes.')
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
      format(result) {
        const { state, recipientCount } = broadcastSchema.parse(result)
        return state === 'sent'
          ? `Sent to ${recipientCount} ${recipientCount === 1 ? 'person' : 'people'}.`
          : 'It is scheduled. The servers send it within half a minute, or when a server starts.'
      },
    }
  },

  async jobs(args) {
    const { values, positionals } = parseArguments(args, { retry: { type: 'boolean' }, json: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError('jobs takes no name.')
    return {
      name: 'jobs',
      input: { retry: values.retry ?? false },
      format: (result) => (values.json ? JSON.stringify(result, null, 2) : jobLines(result)),
    }
  },

  async stats(args) {
    const { values, positionals } = parseArguments(args, { json: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError('stats takes no name.')
    return {
      name: 'stats',
      input: {},
      format: (result, isRunning) => (values.json ? JSON.stringify(result, null, 2) : statsLines(result, isRunning)),
    }
  },
}

async function role(args: string[], role: string, outcome: string): Promise<Request> {
  const login = only(parseArguments(args, {}).positionals, 'user')
  return {
    name: 'setRole',
    input: { login, role },
    format: (result) => formatAccount({ user: result, link: null }, outcome),
  }
}

function formatAccount(result: unknown, outcome: string): string {
  const { user, link } = changeSchema.parse(result)
  const name = `${user.fullName} (${user.username})`
  if (!link) return `${name} ${outcome}`
  return `A link for ${name} to set a new password. It works once, until ${link.expiresAt}. Put the address of your server before it:\n\n  /reset/${link.token}\n`
}

function only(positionals: string[], what: string): string {
  const [first] = positionals
  if (first === undefined || positionals.length > 1) throw new UsageError(`Give one <${what}>.`)
  return first
}

function parseArguments<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
