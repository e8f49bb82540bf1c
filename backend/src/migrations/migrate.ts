import type { Connection } from 'mongoose'
import { StartupError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { MIGRATIONS, type Migration } from './index.ts'

interface SchemaRecord {
  _id: 'schema'
  version: number
}

/** One document, in a collection of its own. */
const COLLECTION = 'versions'
/** Is there while `npm run move` fills the store, and stays when that was cut off. */
export const UNFINISHED_MOVE = 'unfinished_move'
const DUPLICATE_KEY = 11_000

/**
 * Leads the store forward to the schema this program knows. Call it before anything else looks at the data.
 * @throws StartupError when a newer program has written there, or a move into it was not finished; nothing is changed then
 */
export async function migrate(connection: Connection, logger: Logger, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  if ((await connection.collection(UNFINISHED_MOVE).findOne({})) !== null) {
    throw new StartupError('Parley cannot use these data: they are a part of what an unfinished move has copied there. Drop this database, then move again.')
  }
  const from = await schemaOf(connection)
  if (from > migrations.length) {
    throw new StartupError(
      `Parley cannot use these data: they were written by a newer Parley (schema ${from}, this one knows ${migrations.length}). ` +
        'Install that version, or restore a backup that was made before the upgrade. Nothing was changed.',
    )
  }
  for (const [version, migration] of migrations.entries()) {
    if (version < from) continue
    await migration(connection, logger)
    await note(connection, version + 1)
    logger.debug({ schema: version + 1 }, 'the store has a new schema')
  }
}

/** The schema of a store; 0 when it has none yet. */
async function schemaOf(connection: Connection): Promise<number> {
  const record = await connection.collection<SchemaRecord>(COLLECTION).findOne({ _id: 'schema' })
  return record?.version ?? 0
}

/** Only forward: a node that was slower must not take back what a faster one has noted. */
async function note(connection: Connection, version: number): Promise<void> {
  const set = () => connection.collection<SchemaRecord>(COLLECTION).updateOne({ _id: 'schema' }, { $max: { version } }, { upsert: true })
  try {
    await set()
  } catch (error) {
    // Another node made the document between the look and the insert: now it is there.
    if (!(error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY)) throw error
    await set()
  }
}
