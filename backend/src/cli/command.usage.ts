/** Asked for in the wrong way: shown with how it is done, code 2. */
export class UsageError extends Error {}

const WHO = 'A username or an e-mail address.'

export const HELP = {
  'create-admin': {
    usage: 'create-admin <username> --email <address> [--name <full name>] [--link]',
    about:
      'Makes a new account that is an admin. Asks for its password, or reads it from the first line of the standard input.',
    options: [
      ['--email <address>', 'Its e-mail address.'],
      ['--name <full name>', 'Its full name; the username when absent.'],
      ['--link', 'Asks for no password and prints a link to set one, good once and for a day.'],
    ],
  },
  promote: {
    usage: 'promote <who>',
    about: 'Makes a person admin. Their sessions end: they sign in again.',
    options: [['<who>', WHO]],
  },
  demote: {
    usage: 'demote <who>',
    about: 'Makes an admin a member. Their sessions end. The last admin stays one.',
    options: [['<who>', WHO]],
  },
  'reset-password': {
    usage: 'reset-password <who> [--password]',
    about: 'Prints a link with which the person sets a new password, good once and for a day.',
    options: [
      ['<who>', WHO],
      [
        '--password',
        'Asks for the new password instead, or reads it from the first line of the standard input. Their sessions end.',
      ],
    ],
  },
  broadcast: {
    usage: 'broadcast [<text>] [--title <title>] [--priority normal|important|urgent] [--acknowledge] [--from <who>]',
    about:
      'Sends an announcement to everybody, and keeps who has seen it. Reads the text from the standard input when none is given.',
    options: [
      ['--title <title>', 'Its title.'],
      ['--priority <priority>', 'normal (if absent), important, or urgent.'],
      ['--acknowledge', 'Everybody is asked to acknowledge it.'],
      ['--from <who>', 'The admin it is from; the one who has been here for the longest when absent.'],
    ],
  },
  jobs: {
    usage: 'jobs [--retry] [--json]',
    about: 'Tells how much background work waits, and what was given up.',
    options: [
      ['--retry', 'Begins anew what was given up.'],
      ['--json', 'As JSON, with what each job was given.'],
    ],
  },
  stats: {
    usage: 'stats [--json]',
    about: 'Tells how the server is doing.',
    options: [['--json', 'As JSON, as GET /api/admin/stats has it.']],
  },
} as const satisfies Record<string, { usage: string; about: string; options: readonly (readonly [string, string])[] }>

export type CommandName = keyof typeof HELP

/** What `--help` prints: of all commands, or of one. */
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
      'Each of them has --help. They reach the server while it runs, by its DATA_DIR, and otherwise open its storage themselves.',
      'What they do is in the audit log. Code 0: done; 1: it could not be done; 2: it was asked for in the wrong way.',
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

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(HELP, name)
}
