import type { Connection } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { administration } from './administration.migration.ts'
import { numberChanges } from './messageRev.migration.ts'
import { groups } from './groups.migration.ts'
import { dropObsoleteIndexes } from './obsoleteIndexes.migration.ts'
import { keepNumbers } from './messageRevs.migration.ts'
import { looksOfNames } from './looksOfNames.migration.ts'
import { rebuildUserSearchKeys } from './userSearchKeys.migration.ts'
import { uncountedPlaces } from './uncountedPlaces.migration.ts'

/**
 * A step that changes the store from one schema to the next. It works on collections and never on the models, because
 * the models change after it was written. It must do no harm when it runs again from any point, or twice at the same
 * time: the server may be killed, and two nodes may start at once. The models create their indexes after it. A step
 * that may take long holds a limited number of documents in memory and logs its progress.
 */
export interface Migration {
  (connection: Connection, logger: Logger): Promise<void>
  /** See `expanding`. */
  readonly isExpanding?: true
}

/**
 * Marks a migration after which the program of the previous schema can still serve, on other nodes or after a rollback.
 * It only adds fields that the old program ignores, and the new program reads what the old one still writes. This is
 * the "expand" step; the migration that removes the old fields comes a version later and is not marked
 * (https://martinfowler.com/bliki/ParallelChange.html).
 */
export function expanding(migration: Migration): Migration {
  return Object.assign(async (connection: Connection, logger: Logger) => migration(connection, logger), {
    isExpanding: true as const,
  })
}

/**
 * The migration at index n leads from schema n to n + 1. Migrations are only ever appended, because stores exist that
 * ran them. Schema 1 is what the models made before the schema had a number, so an empty store and an old store take
 * the same steps.
 */
export const MIGRATIONS: readonly Migration[] = [
  async () => {},
  numberChanges,
  groups,
  keepNumbers,
  administration,
  dropObsoleteIndexes,
  expanding(uncountedPlaces),
  expanding(looksOfNames),
  expanding(rebuildUserSearchKeys),
]
