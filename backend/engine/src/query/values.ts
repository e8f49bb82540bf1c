import { BSON, Double, Long, ObjectId, type Document } from 'bson'
import { asBuffer, BSON_TYPE, documentValue, elementName, elements, stringOf, type RawValue } from '../keys/raw.ts'

/*
 * The values that updates and aggregations compute with: JavaScript values that convert back to the exact BSON. A whole
 * number that fits into 32 bits is an int, and any other number is a double. A double that would look like an int is a
 * `Double`, and a 64-bit number is a `Long`. Undefined is a missing value.
 */

const INT_MIN = -(2 ** 31)
const INT_MAX = 2 ** 31 - 1

/** Returns whether BSON encodes a JavaScript number as a 32-bit int. */
export function looksLikeInt(value: number): boolean {
  return Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX && !Object.is(value, -0)
}

/** Returns a double in a form that stays a double. */
export function doubleOf(value: number): number | Double {
  return looksLikeInt(value) ? new Double(value) : value
}

/** Decodes a stored document and keeps every type. */
export function decode(document: Buffer): Document {
  return decodeObject(documentValue(document))
}

/** Decodes one BSON value and keeps its type. */
export function fromRaw(value: RawValue): unknown {
  const { type, buffer, start, end } = value
  switch (type) {
    case BSON_TYPE.int:
      return buffer.readInt32LE(start)
    case BSON_TYPE.double:
      return doubleOf(buffer.readDoubleLE(start))
    case BSON_TYPE.long:
      return Long.fromBits(buffer.readInt32LE(start), buffer.readInt32LE(start + 4))
    case BSON_TYPE.string:
      return stringOf(value)
    case BSON_TYPE.object:
      return decodeObject(value)
    case BSON_TYPE.array:
      return Array.from(elements(value), fromRaw)
    case BSON_TYPE.objectId:
      return new ObjectId(buffer.subarray(start, end))
    case BSON_TYPE.bool:
      return buffer[start] === 1
    case BSON_TYPE.date:
      return new Date(Number(buffer.readBigInt64LE(start)))
    case BSON_TYPE.null:
      return null
    default:
      return BSON.deserialize(wrap(value), { promoteValues: false, promoteBuffers: false, bsonRegExp: true })['v']
  }
}

/** Decodes a document to plain JavaScript values, with all numbers as numbers. A long beyond 2^53 stays a Long. */
export function decodePlain(document: Buffer): Document {
  return BSON.deserialize(document, { promoteBuffers: false })
}

/** Encodes a document as BSON. A field that is undefined becomes null. */
export function encodeDocument(document: Document): Buffer {
  return asBuffer(BSON.serialize(document, { ignoreUndefined: false, checkKeys: false }))
}

/** Encodes one JavaScript value as BSON. Undefined is a missing value. */
export function toRaw(value: unknown): RawValue | undefined {
  if (value === undefined) return undefined
  for (const element of elements(documentValue(encodeDocument({ v: value })))) return element
  return undefined
}

/** Returns a document `{v: value}`. */
export function wrap(value: RawValue): Buffer {
  const size = value.end - value.start
  const document = Buffer.alloc(4 + 3 + size + 1)
  document.writeInt32LE(document.length, 0)
  document[4] = value.type
  document[5] = 0x76
  value.buffer.copy(document, 7, value.start, value.end)
  return document
}

/** Returns the bytes of an object value as a separate document. */
export function subdocument(value: RawValue): Buffer {
  return value.buffer.subarray(value.start, value.end)
}

/** Returns whether a value is stored as a document: an object that is no array, date, binary, pattern or BSON type. */
export function isPlainObject(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return (
    !('_bsontype' in value) && !(value instanceof Date) && !(value instanceof Uint8Array) && !(value instanceof RegExp)
  )
}

/** Creates an ObjectId. */
export function newObjectId(): ObjectId {
  return new ObjectId()
}

/** Sets a field, even if its name is special in JavaScript. */
export function setField(object: Document, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
  else object[name] = value
}

function decodeObject(object: RawValue): Document {
  const decoded: Document = {}
  for (const element of elements(object)) setField(decoded, elementName(element), fromRaw(element))
  return decoded
}
