import { BSON, type Document } from 'bson'
import type { EngineFailure } from '../errors.ts'
import { asBuffer } from '../keys/raw.ts'
import type { Answer } from '../threads/protocol.ts'

/*
 * This file is separate from `protocol.ts` to save memory: only workers load the `bson` package. The main thread uses
 * the copy in Mongoose.
 */

/** Builds the answer to a request: a header, and the documents as they are stored. */
export function answer(id: number, header: Document, documents: readonly Buffer[] = []): Answer {
  return { id, header: encode(header), documents, failed: false, aborted: false }
}

/** `aborted` means that the failure also ended the transaction of the command. */
export function failure(id: number, reason: EngineFailure, aborted = false): Answer {
  return { id, header: encode({ ...reason }), documents: [], failed: true, aborted }
}

function encode(header: Document): Buffer {
  return asBuffer(BSON.serialize(header, { ignoreUndefined: true }))
}
