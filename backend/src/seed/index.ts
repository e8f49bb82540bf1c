import { givenVariables, loadConfig } from '../config.ts'
import { startFailureText } from '../lib/errors.ts'
import { createLogger } from '../lib/logger.ts'
import { DEMO_PASSWORD, DEMO_USERS } from './users.data.ts'
import { seedStore } from './store.seeder.ts'

/** The server finds those of `.env` itself. */
const given = givenVariables(['DATA_DIR', 'MONGO_DB_URI'])

try {
  const config = await loadConfig()
  say(`The demo team moves into ${config.mongoUri === undefined ? config.dataDir : 'the MongoDB of MONGO_DB_URI'}`)
  await seedStore(config, createLogger('warn'), (line) => say(`  ${line}`))
  say(`\nEverybody signs in with the password ${DEMO_PASSWORD}\n`)
  for (const [index, { username, fullName }] of DEMO_USERS.entries())
    say(`  ${username.padEnd(10)}${fullName}${index === 0 ? ', the admin' : ''}`)
  say(`\nStart the server with: ${startCommand()}`)
  say('The password is no secret: let no real people in here.')
} catch (error) {
  process.stderr.write(`${startFailureText(error)}\n`)
  process.exitCode = 1
}

/** Returns the command that starts the server on the seeded data. */
function startCommand(): string {
  return `${given.map(([name, value]) => `${name}=${quoted(value)} `).join('')}npm start`
}

/** Returns a word of the shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
