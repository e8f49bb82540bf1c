import { serverError } from '../errors.ts'
import { ByteWriter } from '../keys/bytes.ts'
import { writeKey } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elements, field, type RawValue } from '../keys/raw.ts'
import type { Path } from '../query/path.ts'

export interface KeyField {
  readonly path: Path
  readonly descending: boolean
}

export interface IndexKeys {
  /** The distinct keys. Empty if a sparse index leaves the document out. */
  keys: Buffer[]
  /** Bit n is set if field n contains an array. */
  multikey: number
}

/**
 * Returns the keys of a document in an index: one key, or one for each element if a path contains an array. A missing
 * value has the key of null. An empty array has the key of `undefined`, which sorts below null.
 * @throws CannotIndexParallelArrays (171) if two fields contain different arrays
 */
export function indexKeys(document: Buffer, fields: readonly KeyField[], sparse: boolean): IndexKeys {
  const root = documentValue(document)
  const collected = new Collector(fields, sparse)
  collected.expand(fields.map(({ path }) => advance({ value: root, depth: 0 }, path)))
  return { keys: collected.keys, multikey: collected.multikey }
}

/** How far a field was followed along its path: to an array, whose elements come next, or to its end. */
interface Position {
  value: RawValue | undefined
  depth: number
  /** The value is used as it is, even if it is an array. */
  final?: boolean
}

const EMPTY_ARRAY: RawValue = { type: BSON_TYPE.undefined, buffer: Buffer.alloc(0), start: 0, end: 0 }
const MISSING: Position = { value: undefined, depth: 0, final: true }

const writer = new ByteWriter()

class Collector {
  readonly keys: Buffer[] = []
  multikey = 0
  readonly #seen = new Set<string>()
  readonly #fields: readonly KeyField[]
  readonly #sparse: boolean

  constructor(fields: readonly KeyField[], sparse: boolean) {
    this.#fields = fields
    this.#sparse = sparse
  }

  expand(positions: Position[]): void {
    const array = this.#sharedArray(positions)
    if (array === undefined) return this.#emit(positions)
    let empty = true
    for (const element of elements(array)) {
      empty = false
      this.expand(positions.map((position, i) => this.#enter(position, element, i)))
    }
    if (empty)
      this.#emit(positions.map((position, i) => (isStuck(position) ? this.#enterEmpty(position, i) : position)))
  }

  #sharedArray(positions: readonly Position[]): RawValue | undefined {
    let shared: RawValue | undefined
    positions.forEach((position, i) => {
      if (!isStuck(position)) return
      if (shared !== undefined && shared.start !== position.value?.start) {
        const paths = this.#fields.map(({ path }) => path.text).join(', ')
        throw serverError(171, 'CannotIndexParallelArrays', `cannot index parallel arrays [${paths}]`)
      }
      shared = position.value
      this.multikey |= 1 << i
    })
    return shared
  }

  #enter(position: Position, element: RawValue, i: number): Position {
    if (!isStuck(position)) return position
    const path = this.#fields[i]?.path
    if (path === undefined || position.depth === path.parts.length) return { ...position, value: element, final: true }
    return element.type === BSON_TYPE.object ? advance({ value: element, depth: position.depth }, path) : MISSING
  }

  #enterEmpty(position: Position, i: number): Position {
    return position.depth === this.#fields[i]?.path.parts.length
      ? { value: EMPTY_ARRAY, depth: 0, final: true }
      : MISSING
  }

  #emit(positions: readonly Position[]): void {
    if (this.#sparse && positions.every(({ value }) => value === undefined)) return
    writer.clear()
    positions.forEach(({ value }, i) => {
      const start = writer.length
      writeKey(writer, value)
      if (this.#fields[i]?.descending) writer.invert(start)
    })
    const key = writer.take()
    if (this.multikey !== 0) {
      const text = key.toString('latin1')
      if (this.#seen.has(text)) return
      this.#seen.add(text)
    }
    this.keys.push(key)
  }
}

function isStuck(position: Position): boolean {
  return position.final !== true && position.value?.type === BSON_TYPE.array
}

/** Follows a path through objects, and through arrays by position, until it ends, is missing or reaches an array. */
function advance(from: Position, path: Path): Position {
  let { value, depth } = from
  while (depth < path.parts.length) {
    const part = path.parts[depth]
    if (value === undefined || part === undefined) return MISSING
    if (value.type === BSON_TYPE.array) {
      const element = part.numeric ? field(value, part.name) : undefined
      if (element === undefined) return { value, depth }
      value = element
    } else if (value.type === BSON_TYPE.object) {
      value = field(value, part.name)
      if (value === undefined) return MISSING
    } else {
      return MISSING
    }
    depth++
  }
  return { value, depth }
}
