import { BSON } from 'bson'
import type { StoreFiller, StoreReader } from 'parley-engine'
import { StartupError } from '../../lib/errors.ts'
import { indexSpec, type Source, type Target } from './store.types.ts'

/** The database of the engine that Parley uses. */
const DATABASE = 'parley'

/** Reads the store of an embedded database. */
export function embeddedSource(reader: StoreReader): Source {
  return {
    async collections() {
      const all = reader.collections()
      const other = all.find(({ database }) => database !== DATABASE)
      if (other)
        throw new StartupError(
          `The directory also holds a database ${other.database}, which is not Parley's: only ${DATABASE} can be moved.`,
        )
      return all.map(({ name, count, indexes }) => ({
        name,
        count,
        indexes: indexes.map((spec) => indexSpec(BSON.deserialize(spec))),
      }))
    },
    async *documents(name) {
      yield* reader.documents(DATABASE, name)
    },
  }
}

/** Fills the store of an embedded database. */
export function embeddedTarget(filler: StoreFiller): Target {
  return {
    create: async (name) => filler.create(DATABASE, name),
    insert: async (name, documents) => filler.insert(DATABASE, name, documents),
    createIndexes: async (name, specs) =>
      filler.createIndexes(
        DATABASE,
        name,
        specs.map((spec) => BSON.serialize({ v: 2, ...spec })),
      ),
  }
}
