import type { EngineFailure } from '../errors.ts'
import type { Doc } from './codec.ts'
import { readFailure } from './errors.ts'
import { isDoc } from './shapes.ts'

/** The answer to a `write` command. */
export interface WriteResult {
  nInserted: number
  nMatched: number
  nModified: number
  nRemoved: number
  upserted: { index: number; _id: unknown }[]
  writeErrors: (EngineFailure & { index: number })[]
}

/** Builds the result of `updateOne`, `updateMany` and `replaceOne`. */
export function updateResult({ nMatched, nModified, upserted }: WriteResult): Doc {
  return {
    acknowledged: true,
    modifiedCount: nModified,
    upsertedId: upserted[0]?._id ?? null,
    upsertedCount: upserted.length,
    matchedCount: nMatched,
  }
}

/** Reads the header of a `write` answer. */
export function readResult(header: Doc): WriteResult {
  const list = (name: string): Doc[] => (Array.isArray(header[name]) ? header[name].filter(isDoc) : [])
  return {
    nInserted: Number(header['nInserted']),
    nMatched: Number(header['nMatched']),
    nModified: Number(header['nModified']),
    nRemoved: Number(header['nRemoved']),
    upserted: list('upserted').map(({ index, _id }) => ({ index: Number(index), _id })),
    writeErrors: list('writeErrors').map((failed) =>
      Object.assign(readFailure(failed), { index: Number(failed['index']) }),
    ),
  }
}
