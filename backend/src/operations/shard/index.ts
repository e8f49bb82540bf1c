import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { StartupError } from '../../lib/errors.ts'
import { messageOf, runCommand } from '../operation.command.ts'
import { asTyped, shardStore, stepsOf } from './shard.commands.ts'

const USAGE = 'npm run shard [-- --dry-run]'

await runCommand(async ({ mongoUri }, args, report) => {
  const isDry = read(args)
  if (mongoUri === undefined)
    throw new StartupError('Shards are of MongoDB: set MONGO_DB_URI to the routers of a sharded cluster.')
  const client = new mongoose.mongo.MongoClient(mongoUri)
  // The address names it, so that a dry run needs no connection.
  const { databaseName } = client.db()
  try {
    if (isDry) {
      for (const step of stepsOf(databaseName)) report(asTyped(step, databaseName))
      return
    }
    await shardStore(
      ({ on, command }) => client.db(on === 'admin' ? 'admin' : databaseName).command(command),
      databaseName,
      report,
    )
    report('Done. MongoDB moves documents between shards from now on.')
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
