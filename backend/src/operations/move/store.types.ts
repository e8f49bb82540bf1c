/** A collection of a store that is moved, without what only its storage knows. */
export interface CollectionSummary {
  name: string
  count: number
  /** All but the one of `_id`. */
  indexes: IndexSpec[]
}

/** An index description as `listIndexes` and `createIndexes` have it, less what says nothing. */
export type IndexSpec = { name: string; key: Record<string, unknown> } & Record<string, unknown>

/** A store that is read as the bytes it holds. */
export interface Source {
  collections(): Promise<CollectionSummary[]>
  documents(name: string): AsyncIterable<Buffer[]>
}

/** An empty store that is filled. */
export interface Target {
  create(name: string): Promise<void>
  insert(name: string, documents: readonly Buffer[]): Promise<void>
  createIndexes(name: string, specs: readonly IndexSpec[]): Promise<void>
}

/** Options that a server adds by itself, with what it adds: they say nothing. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  unique: false,
  sparse: false,
  hidden: false,
  default_language: 'english',
  language_override: 'language',
}
const INTERNAL = new Set(['v', 'ns', 'background', 'textIndexVersion', 'weights'])

/**
 * Brings index descriptions of different storages to one form, so that they can be compared and made anew.
 * https://www.mongodb.com/docs/manual/reference/command/listIndexes/
 */
export function indexSpec(listed: Record<string, unknown>): IndexSpec {
  const { key, name, ...options } = listed
  const said = Object.entries(options).filter(([option, value]) => !INTERNAL.has(option) && value !== DEFAULTS[option])
  const weights = Object.entries(isRecord(listed['weights']) ? listed['weights'] : {})
  const unequal = weights.some(([, weight]) => Number(weight) !== 1)
  return {
    key: Object.fromEntries(
      Object.entries(isRecord(key) ? key : {}).flatMap(([field, kind]) => keyField(field, kind, weights)),
    ),
    name: String(name),
    ...Object.fromEntries(
      said.map(([option, value]) => [option, option === 'expireAfterSeconds' ? Number(value) : value]),
    ),
    ...(unequal && { weights: Object.fromEntries(weights) }),
  }
}

/** A server lists a text index by the words `_fts` and `_ftsx`, and its fields as weights. */
function keyField(field: string, kind: unknown, weights: readonly [string, unknown][]): [string, unknown][] {
  if (field === '_fts') return weights.map(([name]) => [name, 'text'])
  if (field === '_ftsx') return []
  return [[field, typeof kind === 'string' ? kind : Number(kind)]]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
