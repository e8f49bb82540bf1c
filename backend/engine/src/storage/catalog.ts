import { serverError } from '../errors.ts'
import {
  asBuffer,
  BSON_TYPE,
  documentValue,
  elementName,
  elements,
  field,
  isTrue,
  numberOf,
  stringOf,
} from '../keys/raw.ts'
import { parseFilter, type Filter } from '../query/filter.ts'
import { compileFilter, type Matcher } from '../query/match.ts'
import { parsePath } from '../query/path.ts'
import type { KeyField } from './indexKeys.ts'
import type { Sqlite } from './sqlite.ts'
import { isTextSpec, textIndexOf, type TextIndex } from './textSpec.ts'

export interface Index {
  readonly id: number
  readonly name: string
  /** The table of the index. The `_id` index has none: it is a column of the collection's table. */
  readonly table: string
  /** The index description as `listIndexes` gives it, in BSON. */
  readonly spec: Buffer
  readonly fields: readonly KeyField[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly partial: Filter | undefined
  readonly inPartial: Matcher | undefined
  readonly expireAfterSeconds: number | undefined
  multikey: number
}

export interface Collection {
  readonly id: number
  readonly database: string
  readonly name: string
  readonly table: string
  /** All indexes except the `_id` index and the text index. */
  readonly indexes: Index[]
  text: TextIndex | undefined
}

export const ID_INDEX_NAME = '_id_'

/** The index of `_id`. Every collection has it in its own table. */
export const ID_INDEX: Index = {
  id: 0,
  name: ID_INDEX_NAME,
  table: '',
  spec: Buffer.alloc(0),
  fields: [{ path: parsePath('_id'), descending: false }],
  unique: true,
  sparse: false,
  partial: undefined,
  inPartial: undefined,
  expireAfterSeconds: undefined,
  multikey: 0,
}

/**
 * The names of collections and indexes. Each thread holds a copy. When the catalogue is loaded again, its objects keep
 * their identity: callers hold references to a collection, and a rollback must also undo the changes that were noted on
 * it (`multikey`).
 */
export class Catalog {
  #collections = new Map<string, Collection>()
  /**
   * The file's `user_version`. Each change of the catalogue increases it, so that readers notice when their copy is
   * old.
   */
  version = -1

  get(database: string, name: string): Collection | undefined {
    return this.#collections.get(`${database}.${name}`)
  }

  all(): Collection[] {
    return [...this.#collections.values()]
  }

  /**
   * Loads the catalogue again if it changed. Returns whether it did. Call it inside the transaction that uses the
   * catalogue.
   */
  refresh(sqlite: Sqlite): boolean {
    const version = Number(sqlite.value('PRAGMA user_version'))
    if (version === this.version) return false
    this.load(sqlite, version)
    return true
  }

  load(sqlite: Sqlite, version = Number(sqlite.value('PRAGMA user_version'))): void {
    const before = this.all()
    const indexes = before.flatMap((collection) => collection.indexes)
    const texts: TextIndex[] = []
    this.#collections = new Map()
    const byId = new Map<number, Collection>()
    for (const [id, database, name] of sqlite.rows('SELECT id, db, name FROM collections')) {
      const known = before.find((each) => each.id === id && each.database === database && each.name === name)
      const collection: Collection = known ?? {
        id: Number(id),
        database: String(database),
        name: String(name),
        table: `c${Number(id)}`,
        indexes: [],
        text: undefined,
      }
      texts.push(...(collection.text === undefined ? [] : [collection.text]))
      collection.indexes.length = 0
      collection.text = undefined
      byId.set(collection.id, collection)
      this.#collections.set(`${collection.database}.${collection.name}`, collection)
    }
    const rows = sqlite.rows('SELECT id, collection, spec, multikey, disorder FROM indexes ORDER BY id')
    for (const [id, owner, bytes, multikey, disorder] of rows) {
      const collection = byId.get(Number(owner))
      if (collection === undefined || !(bytes instanceof Uint8Array)) continue
      const spec = asBuffer(bytes)
      const isSame = (each: Index | TextIndex): boolean => each.id === id && each.spec.equals(spec)
      if (isTextSpec(spec)) {
        const fresh = textIndexOf(Number(id), spec, Number(disorder))
        collection.text = Object.assign(texts.find(isSame) ?? fresh, { disorder: fresh.disorder })
      } else {
        const fresh = indexOf(Number(id), spec, Number(multikey))
        collection.indexes.push(Object.assign(indexes.find(isSame) ?? fresh, { multikey: fresh.multikey }))
      }
    }
    this.version = version
  }
}

/** Reads an index description `{key, name, unique?, sparse?, partialFilterExpression?, expireAfterSeconds?}`. */
export function indexOf(id: number, spec: Buffer, multikey: number): Index {
  const root = documentValue(spec)
  const option = (name: string) => field(root, Buffer.from(name))
  const key = option('key')
  const name = option('name')
  if (key?.type !== BSON_TYPE.object || name?.type !== BSON_TYPE.string) {
    throw serverError(67, 'CannotCreateIndex', 'An index needs a key and a name')
  }
  const partialExpression = option('partialFilterExpression')
  const partial = partialExpression === undefined ? undefined : parseFilter(partialExpression)
  const expire = option('expireAfterSeconds')
  const unique = option('unique')
  const sparse = option('sparse')
  return {
    id,
    name: stringOf(name),
    table: `i${id}`,
    spec,
    fields: [...elements(key)].map((element) => ({
      path: parsePath(elementName(element)),
      descending: (numberOf(element) ?? 1) < 0,
    })),
    unique: unique !== undefined && isTrue(unique),
    sparse: sparse !== undefined && isTrue(sparse),
    partial,
    inPartial: partial === undefined ? undefined : compileFilter(partial),
    expireAfterSeconds: expire === undefined ? undefined : numberOf(expire),
    multikey,
  }
}
