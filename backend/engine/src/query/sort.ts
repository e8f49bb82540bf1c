import { badValue } from '../errors.ts'
import { ByteWriter } from '../keys/bytes.ts'
import { compareToKey, keyOf, writeKey } from '../keys/encode.ts'
import { BSON_TYPE, documentValue, elementName, elements, numberOf, type RawValue } from '../keys/raw.ts'
import { unsupported } from '../errors.ts'
import { parsePath, visitPath, type Path } from './path.ts'

export interface SortField {
  readonly path: Path
  readonly descending: boolean
}

export interface Sort {
  readonly fields: readonly SortField[]
  /** `$natural`: the order of insertion, 1 or -1. */
  readonly natural?: 1 | -1
}

/** Parses a sort document, `{field: 1 | -1}`. */
export function parseSort(document: RawValue | undefined): Sort {
  if (document === undefined) return { fields: [] }
  const fields: SortField[] = []
  for (const element of elements(document)) {
    const name = elementName(element)
    if (element.type === BSON_TYPE.object) throw unsupported('Sorting by $meta')
    const direction = numberOf(element)
    if (direction !== 1 && direction !== -1) {
      throw badValue(`$sort key ordering must be 1 (for ascending) or -1 (for descending): ${name}`)
    }
    if (name === '$natural') return { fields: [], natural: direction }
    if (name === '') throw badValue('FieldPath cannot be constructed with an empty string')
    fields.push({ path: parsePath(name), descending: direction === -1 })
  }
  return { fields }
}

const writer = new ByteWriter()

/**
 * Returns the key of a document under a sort. Keys compare in the order of the sort. An array sorts by its smallest
 * element if ascending and by its greatest if descending. An empty array sorts below null.
 */
export function sortKey(document: Buffer, fields: readonly SortField[]): Buffer {
  const root = documentValue(document)
  writer.clear()
  for (const { path, descending } of fields) {
    const chosen = extreme(root, path, descending)
    const start = writer.length
    writeKey(writer, chosen)
    if (descending) writer.invert(start)
  }
  return writer.take()
}

const EMPTY_ARRAY: RawValue = { type: BSON_TYPE.undefined, buffer: Buffer.alloc(0), start: 0, end: 0 }

function extreme(root: RawValue, path: Path, greatest: boolean): RawValue | undefined {
  let found = false
  let best: RawValue | undefined
  let bestKey: Buffer | undefined
  const offer = (value: RawValue | undefined): void => {
    if (!found) {
      found = true
      best = value
      return
    }
    bestKey ??= keyOf(best)
    const difference = compareToKey(value, bestKey)
    if (greatest ? difference > 0 : difference < 0) {
      best = value
      bestKey = undefined
    }
  }
  visitPath(root, path, (value) => {
    if (value?.type !== BSON_TYPE.array) offer(value)
    else if (value.buffer.readInt32LE(value.start) === 5) offer(EMPTY_ARRAY)
    else for (const element of elements(value)) offer(element)
    return false
  })
  return best
}
