/** A collection to move, without the details of its storage. */
export interface CollectionSummary {
  name: string
  count: number
  /** All indexes but the one of `_id`. */
  indexes: IndexSpec[]
}

/** The description of an index as in `listIndexes` and `createIndexes`, without default values. */
export type IndexSpec = { name: string; key: Record<string, unknown> } & Record<string, unknown>

/** A store to read. Documents are their bytes. */
export interface Source {
  collections(): Promise<CollectionSummary[]>
  documents(name: string): AsyncIterable<Buffer[]>
}

/** A store to fill. It is empty at the beginning. */
export interface Target {
  create(name: string): Promise<void>
  insert(name: string, documents: readonly Buffer[]): Promise<void>
  createIndexes(name: string, specs: readonly IndexSpec[]): Promise<void>
}

/** The options that a server adds itself, with their default values. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  unique: false,
  sparse: false,
  hidden: false,
  default_language: 'english',
  language_override: 'language',
}
const INTERNAL = new Set(['v', 'ns', 'background', 'textIndexVersion', 'weights'])

/**
 * Converts the description of an index to one form for all storages, so that it can be compared and created again.
 * https://www.mongodb.com/docs/manual/reference/command/listIndexes/
 */
export function indexSpec(listed: Record<string, unknown>): IndexSpec {
  const { key, name, ...options } = listed
  const relevant = Object.entries(options).filter(
    ([option, value]) => !INTERNAL.has(option) && value !== DEFAULTS[option],
  )
  const weights = Object.entries(isRecord(listed['weights']) ? listed['weights'] : {})
  const unequal = weights.some(([, weight]) => Number(weight) !== 1)
  return {
    key: Object.fromEntries(
      Object.entries(isRecord(key) ? key : {}).flatMap(([field, kind]) => keyField(field, kind, weights)),
    ),
    name: String(name),
    ...Object.fromEntries(
      relevant.map(([option, value]) => [option, option === 'expireAfterSeconds' ? Number(value) : value]),
    ),
    ...(unequal && { weights: Object.fromEntries(weights) }),
  }
}

/** Returns the fields of a key. A server lists a text index as `_fts` and `_ftsx`, and its fields as weights. */
function keyField(field: string, kind: unknown, weights: readonly [string, unknown][]): [string, unknown][] {
  if (field === '_fts') return weights.map(([name]) => [name, 'text'])
  if (field === '_ftsx') return []
  return [[field, typeof kind === 'string' ? kind : Number(kind)]]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
