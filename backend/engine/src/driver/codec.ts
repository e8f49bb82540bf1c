import mongoose from 'mongoose'
import { asBuffer } from '../keys/raw.ts'

/*
 * The main thread uses the BSON classes of Mongoose's own driver, because Mongoose checks with `instanceof` that an
 * ObjectId is an instance of its class.
 */
const { BSON } = mongoose.mongo

export type Doc = Record<string, unknown>

/** The driver's options for reading and writing BSON. With `raw`, documents stay bytes. */
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

/** Encodes a document as BSON with the driver's options. */
export function encode(document: Doc, options: CodecOptions): Buffer {
  return asBuffer(
    BSON.serialize(document, {
      ignoreUndefined: options.ignoreUndefined === true,
      serializeFunctions: options.serializeFunctions === true,
      checkKeys: false,
    }),
  )
}

/**
 * Encodes a command with an array `ops`. BSON cannot encode more than 17 MB at once, so this function encodes each
 * operation separately.
 */
export function encodeOperations(command: Doc, operations: readonly Doc[], options: CodecOptions): Buffer {
  const head = encode(command, options)
  const items = operations.map((operation, i) => ({
    name: Buffer.from(`\x03${i}\0`),
    body: encode(operation, options),
  }))
  const arraySize = items.reduce((size, { name, body }) => size + name.length + body.length, 5)
  const length = Buffer.alloc(4)
  length.writeInt32LE(arraySize)
  // The command without its final byte, then the array, then the final bytes of both.
  const parts = [head.subarray(0, -1), OPS, length, ...items.flatMap(({ name, body }) => [name, body]), END]
  const whole = Buffer.concat(parts)
  whole.writeInt32LE(whole.length)
  return whole
}

const OPS = Buffer.from('\x04ops\0')
const END = Buffer.from([0, 0])

/** Decodes BSON with the driver's options. An option that is not given keeps the default of `bson`. */
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

/** Returns a document in the form that the caller asked for: decoded, or as bytes with `raw`. */
export function shown(bytes: Buffer, options: CodecOptions): unknown {
  return options.raw === true ? bytes : decode(bytes, options)
}
