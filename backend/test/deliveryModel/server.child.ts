import './movedClock.ts'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { createLogger } from '../../src/lib/logger.ts'

/*
 * Runs a whole server in a process of its own, so that it can be killed. Its arguments are the data directory and
 * further variables as JSON, and how far its clock is off in milliseconds. It prints its port.
 */
const [, , dataDir = '', variables = '{}'] = process.argv
const app = await createApp(
  parseConfig({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    BCRYPT_COST: '4',
    MESSAGES_PER_MINUTE: '1000000',
    SIGNUPS_PER_HOUR: '1000000',
    ...JSON.parse(variables),
  }),
  createLogger('silent'),
)
process.stdout.write(`${await app.listen()}\n`)
