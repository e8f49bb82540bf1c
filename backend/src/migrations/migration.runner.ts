import type { Connection } from 'mongoose'
import { StartupError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { isDuplicateKey } from './migration.errors.ts'
import { MIGRATIONS, type Migration } from './index.ts'
import { withMigrationLock } from './migration.lock.ts'

interface SchemaRecord {
  _id: 'schema'
  version: number
  /**
   * The oldest schema whose program can serve this store. Absent in stores that are older than this field: then only
   * the program of its own schema can.
   */
  compatibleFrom: number
}

/** A collection of its own with one document. */
const COLLECTION = 'versions'
/** The document that `npm run move` writes while it fills the store. It stays when the move was interrupted. */
export const UNFINISHED_MOVE = 'unfinished_move'

/**
 * Brings the store to the schema of this program. Call it before any other access to the data.
 * @param isShared other nodes may start on the same store: one of them migrates, the others wait
 * @throws StartupError when a newer program has written data that this one cannot serve, or a move into the store was
 * interrupted. Nothing is changed then.
 */
export async function migrate(
  connection: Connection,
  logger: Logger,
  migrations: readonly Migration[] = MIGRATIONS,
  isShared = false,
): Promise<void> {
  if ((await connection.collection(UNFINISHED_MOVE).findOne({})) !== null) {
    throw new StartupError(
      'Parley cannot use this database: an unfinished move left a part of the data in it. Drop the database, then move again.',
    )
  }
  const found = await schemaOf(connection)
  if (!serves(migrations, found)) {
    throw new StartupError(
      `Parley cannot use this data: it was written by a newer Parley (schema ${found.version}, this one knows ${migrations.length}). ` +
        'Install that version, or restore a backup that was made before the upgrade. Nothing was changed.',
    )
  }
  if (found.version > migrations.length)
    logger.warn(
      { schema: found.version, known: migrations.length },
      'the store has a newer schema, which this program can serve',
    )
  const isNeeded = async () => (await schemaOf(connection)).version < migrations.length
  const forward = () => migrateForward(connection, logger, migrations)
  if (isShared) await withMigrationLock(connection, logger, isNeeded, forward)
  else await forward()
}

/** Tells whether this program can still serve the store. Another node may have migrated it since the start. */
export async function canServe(
  connection: Connection,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<boolean> {
  return serves(migrations, await schemaOf(connection))
}

function serves(migrations: readonly Migration[], { version, compatibleFrom }: Schema): boolean {
  return Math.min(version, compatibleFrom) <= migrations.length
}

async function migrateForward(connection: Connection, logger: Logger, migrations: readonly Migration[]): Promise<void> {
  const { version: from } = await schemaOf(connection)
  for (const [version, migration] of migrations.entries()) {
    if (version < from) continue
    await migration(connection, logger)
    await note(connection, version + 1, compatibleFrom(migrations, version + 1))
    logger.debug({ schema: version + 1 }, 'the store has a new schema')
  }
}

/** Returns the oldest schema whose program can serve a store of the newest schema. */
function compatibleFrom(migrations: readonly Migration[], version: number): number {
  let from = version
  while (from > 0 && migrations[from - 1]?.isExpanding === true) from -= 1
  return from
}

type Schema = Pick<SchemaRecord, 'version' | 'compatibleFrom'>

/** Returns the schema of a store; 0 when it has none yet. */
async function schemaOf(connection: Connection): Promise<Schema> {
  const record = await connection.collection<Partial<SchemaRecord>>(COLLECTION).findOne({ _id: 'schema' })
  const version = record?.version ?? 0
  return { version, compatibleFrom: record?.compatibleFrom ?? version }
}

/** Raises the stored schema and never lowers it: a slower node must not undo what a faster one has stored. */
async function note(connection: Connection, version: number, compatibleFrom: number): Promise<void> {
  const set = () =>
    connection
      .collection<SchemaRecord>(COLLECTION)
      .updateOne({ _id: 'schema' }, { $max: { version, compatibleFrom } }, { upsert: true })
  try {
    await set()
  } catch (error) {
    // Another node inserted the document between the read and the insert.
    if (!isDuplicateKey(error)) throw error
    await set()
  }
}
