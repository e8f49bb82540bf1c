import mongoose from 'mongoose'
import { asBuffer } from '../keys/raw.ts'

/*
 * The main thread uses the BSON of Mongoose's own driver, so that an ObjectId read from the engine is an instance of the
 * class that Mongoose checks for.
 */
const { BSON } = mongoose.mongo

export type Doc = Record<string, unknown>

/** The driver's options for reading and writing BSON; `raw` gives the bytes. */
export interface CodecOptions {
  ignoreUndefined?: boolean
  serializeFunctions?: boolean
  promoteValues?: boolean
  promoteLongs?: boolean
  promoteBuffers?: boolean
  bsonRegExp?: boolean
  useBigInt64?: boolean
  fieldsAsRaw?: Record<string, boolean>
  raw?: boolean
}

export function encode(document: Doc, options: CodecOptions): Buffer {
  return asBuffer(
    BSON.serialize(document, {
      ignoreUndefined: options.ignoreUndefined === true,
      serializeFunctions: options.serializeFunctions === true,
      checkKeys: false,
    }),
  )
}

export function decode(bytes: Buffer, options: CodecOptions): Doc {
  const { promoteValues, promoteLongs, promoteBuffers, bsonRegExp, useBigInt64, fieldsAsRaw } = options
  return BSON.deserialize(bytes, {
    ...(promoteValues === undefined ? {} : { promoteValues }),
    ...(promoteLongs === undefined ? {} : { promoteLongs }),
    ...(promoteBuffers === undefined ? {} : { promoteBuffers }),
    ...(bsonRegExp === undefined ? {} : { bsonRegExp }),
    ...(useBigInt64 === undefined ? {} : { useBigInt64 }),
    ...(fieldsAsRaw === undefined ? {} : { fieldsAsRaw }),
  })
}

/** A document as the caller wants it: with `raw`, its bytes. */
export function shown(bytes: Buffer, options: CodecOptions): unknown {
  return options.raw === true ? bytes : decode(bytes, options)
}
