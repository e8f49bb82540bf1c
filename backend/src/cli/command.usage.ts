/** Says that a command was called with wrong arguments. The usage is printed too, and the exit code is 2. */
export class UsageError extends Error {}

const LOGIN = 'A username or an e-mail address.'

export const HELP = {
  'create-admin': {
    usage: 'create-admin <username> --email <address> [--name <full name>] [--link]',
    about:
      'Creates the account of an admin. Asks for its password, or reads it from the first line of the standard input.',
    options: [
      ['--email <address>', 'Its e-mail address.'],
      ['--name <full name>', 'Its full name. If absent, the username.'],
      ['--link', 'Asks for no password, and prints a link to set one. It works once, within a day.'],
    ],
  },
  promote: {
    usage: 'promote <user>',
    about: 'Makes a user an admin. The user is signed out everywhere.',
    options: [['<user>', LOGIN]],
  },
  demote: {
    usage: 'demote <user>',
    about: 'Makes an admin a member. The admin is signed out everywhere. The last admin stays an admin.',
    options: [['<user>', LOGIN]],
  },
  'reset-password': {
    usage: 'reset-password <user> [--password]',
    about: 'Prints a link with which the user sets a new password. It works once, within a day.',
    options: [
      ['<user>', LOGIN],
      [
        '--password',
        'Asks for the new password instead, or reads it from the first line of the standard input. The user is signed out everywhere.',
      ],
    ],
  },
  broadcast: {
    usage: 'broadcast [<text>] [--title <title>] [--priority normal|important|urgent] [--acknowledge] [--from <user>]',
    about:
      'Sends an announcement to every user, with a ledger of who has seen it. Reads the text from the standard input when none is given.',
    options: [
      ['--title <title>', 'Its title.'],
      ['--priority <priority>', 'normal (if absent), important, or urgent.'],
      ['--acknowledge', 'Asks every user to acknowledge it.'],
      ['--from <user>', 'The admin who sends it. If absent, the admin with the oldest account.'],
    ],
  },
  jobs: {
    usage: 'jobs [--retry] [--json]',
    about: 'Prints how much background work waits, and which jobs were given up.',
    options: [
      ['--retry', 'Queues the jobs that were given up again.'],
      ['--json', 'Prints JSON, with the input of each job.'],
    ],
  },
  stats: {
    usage: 'stats [--json]',
    about: 'Prints the figures of the server.',
    options: [['--json', 'Prints JSON, as GET /api/admin/stats returns it.']],
  },
} as const satisfies Record<string, { usage: string; about: string; options: readonly (readonly [string, string])[] }>

export type CommandName = keyof typeof HELP

/** Returns the text of `--help` for all commands, or for one. */
export function helpFor(name?: CommandName): string {
  if (name === undefined) {
    const lines = Object.entries(HELP).map(
      ([command, { about }]) => `  ${command.padEnd(16)}${about.split('. ')[0]?.replace(/\.$/, '')}.`,
    )
    return [
      'Usage: npm run admin -- <command> [options]',
      '',
      ...lines,
      '',
      'Each command has --help. A command asks the running server of DATA_DIR. When no server runs, it opens the storage itself.',
      'The audit log records the commands. Exit codes: 0 done, 1 the command failed, 2 its arguments are wrong.',
    ].join('\n')
  }
  const { usage, about, options } = HELP[name]
  return [
    `Usage: npm run admin -- ${usage}`,
    '',
    about,
    '',
    ...options.map(([option, text]) => `  ${option.padEnd(24)}${text}`),
  ].join('\n')
}

/** Tells whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(HELP, name)
}
