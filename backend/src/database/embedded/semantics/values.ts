import { BSON, ObjectId, type Document } from 'bson'
import { asBuffer, documentValue, elements, type RawValue } from '../keys/raw.ts'

/** A document whose numbers, dates and patterns keep their BSON types: what updates work on. */
export function decodeExact(document: Buffer): Document {
  return BSON.deserialize(document, { promoteValues: false, promoteBuffers: false, bsonRegExp: true })
}

/** A document as ordinary JavaScript values: what mingo computes on. A long beyond 2^53 stays a Long. */
export function decodePlain(document: Buffer): Document {
  return BSON.deserialize(document, { promoteBuffers: false })
}

export function encodeDocument(document: Document): Buffer {
  return asBuffer(BSON.serialize(document, { ignoreUndefined: false, checkKeys: false }))
}

/** One JavaScript value as BSON; undefined stands for a missing value. */
export function toRaw(value: unknown): RawValue | undefined {
  if (value === undefined) return undefined
  for (const element of elements(documentValue(encodeDocument({ v: value })))) return element
  return undefined
}

/** One BSON value as JavaScript, with its exact type. */
export function fromRaw(value: RawValue): unknown {
  return decodeExact(wrap(value))['v']
}

/** One BSON value as an ordinary JavaScript value. */
export function fromRawPlain(value: RawValue): unknown {
  return decodePlain(wrap(value))['v']
}

/** A document `{v: value}`. */
export function wrap(value: RawValue): Buffer {
  const size = value.end - value.start
  const document = Buffer.alloc(4 + 3 + size + 1)
  document.writeInt32LE(document.length, 0)
  document[4] = value.type
  document[5] = 0x76
  value.buffer.copy(document, 7, value.start, value.end)
  return document
}

/** The bytes of an object value as a document of its own. */
export function subdocument(value: RawValue): Buffer {
  return value.buffer.subarray(value.start, value.end)
}

export function isPlainObject(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !('_bsontype' in value) && !(value instanceof Date) && !(value instanceof Uint8Array) && !(value instanceof RegExp)
}

export function newObjectId(): ObjectId {
  return new ObjectId()
}
