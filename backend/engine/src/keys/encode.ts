import { ByteWriter } from './bytes.ts'
import { writeDecimal128, writeDouble, writeLong } from './number.ts'
import { BSON_TYPE, elements, type RawValue } from './raw.ts'

/**
 * The first byte of a key: MongoDB's order of types. It is never 0 or 255, inverted or not, so `AFTER` is greater than
 * any bytes after a complete value.
 */
export const ORDER = {
  minKey: 0x01,
  undefined: 0x05,
  null: 0x0a,
  number: 0x14,
  string: 0x1e,
  object: 0x28,
  array: 0x32,
  binData: 0x3c,
  objectId: 0x46,
  bool: 0x50,
  date: 0x5a,
  timestamp: 0x64,
  regex: 0x6e,
  dbPointer: 0x78,
  javascript: 0x82,
  javascriptWithScope: 0x8c,
  maxKey: 0xfe,
} as const

/** Appended to the beginning of a key, this gives a bound above every key with that beginning. */
export const AFTER = Buffer.from([0xff, 0xff])

const END = 0
const ESCAPE = 1

/** Returns the position of a BSON type in MongoDB's order. All numbers share one, and strings and symbols share one. */
export function orderOf(type: number): number {
  const order = ORDER_OF_TYPE[type]
  if (order === undefined) throw new Error(`Unknown BSON type ${type}`)
  return order
}

/**
 * Appends the key of a value. `memcmp` orders keys as MongoDB orders the values, and keys are equal exactly when the
 * values are. A missing value has the key of null. No key is a prefix of another, so a compound key joins the keys of
 * its fields.
 */
export function writeKey(out: ByteWriter, value: RawValue | undefined): void {
  if (value === undefined) return out.byte(ORDER.null)
  out.byte(orderOf(value.type))
  writePayload(out, value)
}

const single = new ByteWriter()

/** Returns the key of one value. */
export function keyOf(value: RawValue | undefined): Buffer {
  single.clear()
  writeKey(single, value)
  return single.take()
}

/** Returns the common beginning of the keys of all strings with that prefix. */
export function keyOfPrefix(prefix: string): Buffer {
  const bytes = Buffer.from(prefix)
  single.clear()
  single.byte(ORDER.string)
  writeEscaped(single, bytes, 0, bytes.length)
  return single.take()
}

const comparison = new ByteWriter()

/** Compares a value with a key. Returns a negative number, zero or a positive number. */
export function compareToKey(value: RawValue | undefined, key: Buffer): number {
  comparison.clear()
  writeKey(comparison, value)
  return comparison.buffer.compare(key, 0, key.length, 0, comparison.length)
}

/** Compares two values in MongoDB's order. */
export function compareValues(a: RawValue | undefined, b: RawValue | undefined): number {
  return compareToKey(a, keyOf(b))
}

function writePayload(out: ByteWriter, value: RawValue): void {
  const { type, buffer, start, end } = value
  switch (type) {
    case BSON_TYPE.int:
      return writeDouble(out, buffer.readInt32LE(start))
    case BSON_TYPE.double:
      return writeDouble(out, buffer.readDoubleLE(start))
    case BSON_TYPE.long:
      return writeLong(out, buffer, start)
    case BSON_TYPE.decimal:
      return writeDecimal128(out, buffer, start)
    case BSON_TYPE.string:
    case BSON_TYPE.symbol:
    case BSON_TYPE.javascript:
      return writeText(out, buffer, start + 4, end - 1)
    case BSON_TYPE.objectId:
    case BSON_TYPE.bool:
      return out.bytes(buffer, start, end)
    case BSON_TYPE.date:
      return writeSigned(out, buffer.readBigInt64LE(start))
    case BSON_TYPE.timestamp: {
      const at = out.reserve(8)
      out.buffer.writeBigUInt64BE(buffer.readBigUInt64LE(start), at)
      return
    }
    case BSON_TYPE.object:
      return writeObject(out, value)
    case BSON_TYPE.array:
      for (const element of elements(value)) writeKey(out, element)
      return out.byte(END)
    case BSON_TYPE.binData:
      return writeBinary(out, value)
    case BSON_TYPE.regex: {
      const patternEnd = buffer.indexOf(0, start)
      writeText(out, buffer, start, patternEnd)
      return writeText(out, buffer, patternEnd + 1, end - 1)
    }
    case BSON_TYPE.dbPointer:
      writeSigned(out, BigInt(buffer.readInt32LE(start)))
      return out.bytes(buffer, start + 4, end)
    case BSON_TYPE.javascriptWithScope: {
      const codeEnd = start + 8 + buffer.readInt32LE(start + 4)
      writeText(out, buffer, start + 8, codeEnd - 1)
      return writeObject(out, { type: BSON_TYPE.object, buffer, start: codeEnd, end })
    }
    default:
  }
}

/** Objects compare element by element: by type, then by name, then by value. */
function writeObject(out: ByteWriter, object: RawValue): void {
  for (const element of elements(object)) {
    out.byte(orderOf(element.type))
    writeText(out, element.buffer, element.nameStart, element.nameEnd)
    writePayload(out, element)
  }
  out.byte(END)
}

/** Binary data compares by length, then by subtype, then by bytes. */
function writeBinary(out: ByteWriter, { buffer, start, end }: RawValue): void {
  const at = out.reserve(4)
  out.buffer.writeUInt32BE(buffer.readInt32LE(start), at)
  out.bytes(buffer, start + 4, end)
}

/**
 * Writes UTF-8, ended by a zero. The bytes 0 and 1 become 1 1 and 1 2, so that no key is a prefix of another; otherwise
 * the order of inverted keys would be wrong.
 */
function writeText(out: ByteWriter, buffer: Buffer, start: number, end: number): void {
  writeEscaped(out, buffer, start, end)
  out.byte(END)
}

function writeEscaped(out: ByteWriter, buffer: Buffer, start: number, end: number): void {
  let from = start
  for (let i = start; i < end; i++) {
    const byte = buffer[i] ?? 0
    if (byte > ESCAPE) continue
    out.bytes(buffer, from, i)
    out.byte(ESCAPE)
    out.byte(byte + 1)
    from = i + 1
  }
  out.bytes(buffer, from, end)
}

function writeSigned(out: ByteWriter, value: bigint): void {
  const at = out.reserve(8)
  out.buffer.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n), at)
}

const ORDER_OF_TYPE: Readonly<Record<number, number>> = {
  [BSON_TYPE.double]: ORDER.number,
  [BSON_TYPE.string]: ORDER.string,
  [BSON_TYPE.object]: ORDER.object,
  [BSON_TYPE.array]: ORDER.array,
  [BSON_TYPE.binData]: ORDER.binData,
  [BSON_TYPE.undefined]: ORDER.undefined,
  [BSON_TYPE.objectId]: ORDER.objectId,
  [BSON_TYPE.bool]: ORDER.bool,
  [BSON_TYPE.date]: ORDER.date,
  [BSON_TYPE.null]: ORDER.null,
  [BSON_TYPE.regex]: ORDER.regex,
  [BSON_TYPE.dbPointer]: ORDER.dbPointer,
  [BSON_TYPE.javascript]: ORDER.javascript,
  [BSON_TYPE.symbol]: ORDER.string,
  [BSON_TYPE.javascriptWithScope]: ORDER.javascriptWithScope,
  [BSON_TYPE.int]: ORDER.number,
  [BSON_TYPE.timestamp]: ORDER.timestamp,
  [BSON_TYPE.long]: ORDER.number,
  [BSON_TYPE.decimal]: ORDER.number,
  [BSON_TYPE.minKey]: ORDER.minKey,
  [BSON_TYPE.maxKey]: ORDER.maxKey,
}
