import type { Doc } from './codec.ts'
import { isDoc, keyEntries, type KeySpec } from './shapes.ts'

/** Options for a server. They have no effect here. */
const IGNORED = new Set([
  'background',
  'commitQuorum',
  'session',
  'maxTimeMS',
  'comment',
  'writeConcern',
  'w',
  'j',
  'wtimeout',
  'readPreference',
])

/** Returns an index description with a name. If none is given, the name comes from the key: `a_1_b_-1`. */
export function indexDescription(spec: Doc): Doc & { name: string } {
  const { key, name, ...options } = spec
  const entries = isKeySpec(key) ? keyEntries(key) : []
  const kept = Object.entries(options).filter(
    ([option, value]) => !IGNORED.has(option) && value !== undefined && value !== null,
  )
  return {
    v: 2,
    key: new Map(entries),
    name: typeof name === 'string' ? name : entries.flat().join('_'),
    ...Object.fromEntries(kept),
  }
}

/** The cursor of `listIndexes()`. */
export class ListedIndexes {
  readonly #list: () => Promise<Doc[]>

  constructor(list: () => Promise<Doc[]>) {
    this.#list = list
  }

  toArray(): Promise<Doc[]> {
    return this.#list()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Doc, void, void> {
    yield* await this.#list()
  }
}

function isKeySpec(value: unknown): value is KeySpec {
  return typeof value === 'string' || Array.isArray(value) || value instanceof Map || isDoc(value)
}
