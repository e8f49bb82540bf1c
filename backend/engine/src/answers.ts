import { BSON, type Document } from 'bson'
import type { EngineFailure } from './errors.ts'
import { asBuffer } from './keys/raw.ts'
import type { Answer } from './protocol.ts'

/*
 * Apart from `protocol.ts` because of memory: only workers load the `bson` package, the main thread has the copy that comes
 * with Mongoose.
 */

export function answer(id: number, header: Document, documents: readonly Buffer[] = []): Answer {
  return { id, header: encode(header), documents, failed: false, aborted: false }
}

/** `aborted`: it has taken its transaction with it. */
export function failure(id: number, reason: EngineFailure, aborted = false): Answer {
  return { id, header: encode({ ...reason }), documents: [], failed: true, aborted }
}

function encode(header: Document): Buffer {
  return asBuffer(BSON.serialize(header, { ignoreUndefined: true }))
}
