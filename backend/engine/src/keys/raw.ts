/** BSON type numbers (bsonspec.org, version 1.1). */
export const BSON_TYPE = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: 255,
  maxKey: 127,
} as const

/**
 * A value inside BSON bytes. The engine filters, sorts and indexes the bytes themselves. A Long, a Double and a
 * Decimal128 keep their types, and the engine does not decode a document that it only passes on.
 */
export interface RawValue {
  readonly type: number
  readonly buffer: Buffer
  /** The offsets of the value. Its type and name come before `start`. */
  readonly start: number
  readonly end: number
}

export interface RawElement extends RawValue {
  /** The offset of the element (type, name, value). */
  readonly elementStart: number
  readonly nameStart: number
  /** The end of the name, without its terminating zero. */
  readonly nameEnd: number
}

/** Returns the bytes of a Uint8Array as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Returns a whole document as a value of type object. */
export function documentValue(buffer: Buffer, start = 0): RawValue {
  return { type: BSON_TYPE.object, buffer, start, end: start + buffer.readInt32LE(start) }
}

/** Yields the elements of an object or array in order. */
export function* elements(container: RawValue): Generator<RawElement, void, undefined> {
  const { buffer, end } = container
  let position = container.start + 4
  while (position < end - 1) {
    const element = elementAt(buffer, position)
    yield element
    position = element.end
  }
}

/** Returns the element with that name, or undefined. `name` is UTF-8 without a terminating zero. */
export function field(container: RawValue, name: Buffer): RawElement | undefined {
  const { buffer, end } = container
  let position = container.start + 4
  while (position < end - 1) {
    const type = buffer[position] ?? 0
    const nameStart = position + 1
    const nameEnd = buffer.indexOf(0, nameStart)
    const start = nameEnd + 1
    const valueEnd = start + valueSize(type, buffer, start)
    if (nameEnd - nameStart === name.length && buffer.compare(name, 0, name.length, nameStart, nameEnd) === 0) {
      return { type, buffer, elementStart: position, nameStart, nameEnd, start, end: valueEnd }
    }
    position = valueEnd
  }
  return undefined
}

/** Returns the name of a field. */
export function elementName(element: RawElement): string {
  return element.buffer.toString('utf8', element.nameStart, element.nameEnd)
}

/** Returns the text of a string, symbol or code value. */
export function stringOf(value: RawValue): string {
  return value.buffer.toString('utf8', value.start + 4, value.end - 1)
}

/**
 * Returns a number of any type as a JavaScript number: exact for int and double, rounded for a large long. Returns
 * undefined for other types.
 */
export function numberOf(value: RawValue): number | undefined {
  switch (value.type) {
    case BSON_TYPE.int:
      return value.buffer.readInt32LE(value.start)
    case BSON_TYPE.double:
      return value.buffer.readDoubleLE(value.start)
    case BSON_TYPE.long:
      return Number(value.buffer.readBigInt64LE(value.start))
    default:
      return undefined
  }
}

/** Returns whether a double or a Decimal128 is NaN. */
export function isNaNValue({ type, buffer, start }: RawValue): boolean {
  if (type === BSON_TYPE.double) return Number.isNaN(buffer.readDoubleLE(start))
  return type === BSON_TYPE.decimal && ((buffer[start + 15] ?? 0) & 0x7c) === 0x7c
}

/** Returns whether MongoDB takes the value for true. Only false, 0, null and undefined are not. */
export function isTrue(value: RawValue): boolean {
  if (value.type === BSON_TYPE.bool) return value.buffer[value.start] === 1
  if (value.type === BSON_TYPE.null || value.type === BSON_TYPE.undefined) return false
  return numberOf(value) !== 0
}

/** Returns the pattern and the flags of a regular expression value. */
export function regexOf(value: RawValue): { pattern: string; flags: string } {
  const patternEnd = value.buffer.indexOf(0, value.start)
  return {
    pattern: value.buffer.toString('utf8', value.start, patternEnd),
    flags: value.buffer.toString('utf8', patternEnd + 1, value.end - 1),
  }
}

/** Returns whether both values have the same type and the same bytes. */
export function identical(a: RawValue, b: RawValue): boolean {
  return a.type === b.type && a.buffer.compare(b.buffer, b.start, b.end, a.start, a.end) === 0
}

function elementAt(buffer: Buffer, position: number): RawElement {
  const type = buffer[position] ?? 0
  const nameEnd = buffer.indexOf(0, position + 1)
  const start = nameEnd + 1
  const end = start + valueSize(type, buffer, start)
  return { type, buffer, elementStart: position, nameStart: position + 1, nameEnd, start, end }
}

function valueSize(type: number, buffer: Buffer, start: number): number {
  switch (type) {
    case BSON_TYPE.double:
    case BSON_TYPE.date:
    case BSON_TYPE.timestamp:
    case BSON_TYPE.long:
      return 8
    case BSON_TYPE.string:
    case BSON_TYPE.javascript:
    case BSON_TYPE.symbol:
      return 4 + buffer.readInt32LE(start)
    case BSON_TYPE.object:
    case BSON_TYPE.array:
    case BSON_TYPE.javascriptWithScope:
      return buffer.readInt32LE(start)
    case BSON_TYPE.binData:
      return 5 + buffer.readInt32LE(start)
    case BSON_TYPE.objectId:
      return 12
    case BSON_TYPE.bool:
      return 1
    case BSON_TYPE.regex:
      return buffer.indexOf(0, buffer.indexOf(0, start) + 1) + 1 - start
    case BSON_TYPE.dbPointer:
      return 16 + buffer.readInt32LE(start)
    case BSON_TYPE.int:
      return 4
    case BSON_TYPE.decimal:
      return 16
    case BSON_TYPE.undefined:
    case BSON_TYPE.null:
    case BSON_TYPE.minKey:
    case BSON_TYPE.maxKey:
      return 0
    default:
      throw new Error(`Stored bytes are not BSON: unknown type ${type} at ${start}`)
  }
}
