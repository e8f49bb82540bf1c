import { BSON, Double } from 'bson'
import {
  BSON_TYPE,
  documentValue,
  elementName,
  elements,
  stringOf,
  type RawElement,
  type RawValue,
} from '../keys/raw.ts'

/**
 * Decodes a document in such a form that encoding returns the same bytes. Documents become Maps, because an object
 * would move names that look like numbers to the front. Numbers keep their BSON types. Use it to send a stored document
 * through MongoDB's driver, which does not accept bytes. Two deprecated types, `undefined` and DBPointer, do not come
 * back the same.
 */
export function decodeExactly(document: Buffer): Map<string, unknown> {
  return mapOf(documentValue(document))
}

function mapOf(object: RawValue): Map<string, unknown> {
  return new Map(Array.from(elements(object), (element) => [elementName(element), valueOf(element)]))
}

function valueOf(element: RawElement): unknown {
  const { type, buffer, start, elementStart, end } = element
  switch (type) {
    case BSON_TYPE.object:
      return mapOf(element)
    case BSON_TYPE.array:
      return Array.from(elements(element), valueOf)
    case BSON_TYPE.string:
      return stringOf(element)
    case BSON_TYPE.int:
      return buffer.readInt32LE(start)
    case BSON_TYPE.double:
      return new Double(buffer.readDoubleLE(start))
    case BSON_TYPE.bool:
      return buffer[start] === 1
    case BSON_TYPE.null:
      return null
    default:
      return Object.values(BSON.deserialize(documentOf(buffer.subarray(elementStart, end)), EXACT))[0]
  }
}

const EXACT = { promoteValues: false, promoteBuffers: false, bsonRegExp: true }

/** Returns a document with this one element. */
function documentOf(element: Buffer): Buffer {
  const document = Buffer.alloc(element.length + 5)
  document.writeInt32LE(document.length)
  element.copy(document, 4)
  return document
}
