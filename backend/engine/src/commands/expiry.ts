import { BSON } from 'bson'
import { asBuffer, documentValue } from '../keys/raw.ts'
import { SWEEP_LIMIT } from '../threads/protocol.ts'
import { removeDocument } from '../storage/documents.ts'
import { everything, prepareQuery } from './query.ts'
import type { Store } from '../storage/store.ts'

/**
 * Deletes documents whose date in a TTL index is at least `expireAfterSeconds` old, up to the limit. It takes the
 * oldest ones of each index.
 * @returns the number of deleted documents; less than the limit if none is left
 */
export function sweepExpired(store: Store, now: number): number {
  let deleted = 0
  for (const collection of store.catalog.all()) {
    for (const index of collection.indexes) {
      const [field] = index.fields
      if (index.expireAfterSeconds === undefined || field === undefined || index.fields.length > 1) continue
      const due = { [field.path.text]: { $lte: new Date(now - index.expireAfterSeconds * 1000) } }
      // Scans as if the index were not partial. A document that the index leaves out does not expire.
      const indexes = [{ ...index, partial: undefined }]
      const query = prepareQuery({ ...collection, indexes }, documentValue(asBuffer(BSON.serialize(due))), undefined)
      const expired = [...everything(store, query, SWEEP_LIMIT - deleted)]
      for (const { rid, document } of expired) {
        removeDocument(store, collection, rid, document)
        deleted++
      }
      if (deleted >= SWEEP_LIMIT) return deleted
    }
  }
  return deleted
}
