import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { StartupError } from '../../lib/errors.ts'
import { messageOf, runCommand } from '../operation.command.ts'
import { toShellCommand, shardStore, stepsOf } from './shard.commands.ts'

const USAGE = 'npm run shard [-- --dry-run]'

await runCommand(async ({ mongoUri }, args, report) => {
  const isDry = read(args)
  if (mongoUri === undefined)
    throw new StartupError('Only MongoDB has shards. Set MONGO_DB_URI to the routers of a sharded cluster.')
  const client = new mongoose.mongo.MongoClient(mongoUri)
  // The address contains the name, so a dry run needs no connection.
  const { databaseName } = client.db()
  try {
    if (isDry) {
      for (const step of stepsOf(databaseName)) report(toShellCommand(step, databaseName))
      return
    }
    await shardStore(
      ({ on, command }) => client.db(on === 'admin' ? 'admin' : databaseName).command(command),
      databaseName,
      report,
    )
    report('Done. From now on MongoDB moves documents between shards.')
  } finally {
    await client.close()
  }
})

function read(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } }).values['dry-run']
  } catch (error) {
    throw new StartupError(`${messageOf(error)}\nUsage: ${USAGE}`, { cause: error })
  }
}
