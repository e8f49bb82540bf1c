import type { Connection } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { administration } from './administration.migration.ts'
import { numberChanges } from './messageRev.migration.ts'
import { groups } from './groups.migration.ts'
import { dropObsoleteIndexes } from './obsoleteIndexes.migration.ts'
import { keepNumbers } from './messageRevs.migration.ts'

/**
 * Changes what the store holds from one schema to the next. It works on the collections, never on the models, which change
 * after it was written. It must do no harm when it is run again from any point of its middle, or twice at the same
 * time: the server may be killed, and two nodes may start at once. The models make their indexes after it. One that may take
 * long holds a bounded number of documents in memory and tells the log how far it is.
 */
export interface Migration {
  (connection: Connection, logger: Logger): Promise<void>
  /** See `expanding`. */
  readonly isExpanding?: true
}

/**
 * A migration after which the program of the schema before it goes on serving, on other nodes or after a step back: it only adds what that
 * program leaves alone, and the program after it reads what that program still writes (expand; the migration that takes away what is old then
 * comes a version later, and is no such one: https://martinfowler.com/bliki/ParallelChange.html).
 */
export function expanding(migration: Migration): Migration {
  return Object.assign(async (connection: Connection, logger: Logger) => migration(connection, logger), {
    isExpanding: true as const,
  })
}

/**
 * The migration at index n leads from schema n to n + 1. Only ever appended: stores that took one are out there. Schema 1 is what
 * the models made before the schema had a number, so an empty store and one of that time both take the same way from there.
 */
export const MIGRATIONS: readonly Migration[] = [
  async () => {},
  numberChanges,
  groups,
  keepNumbers,
  administration,
  dropObsoleteIndexes,
]
