import { expect } from 'vitest'
import { asBuffer } from '../../../src/database/embedded/keys/raw.ts'
import { keysIn } from '../../../src/database/embedded/engine/documents.ts'
import type { Store } from '../../../src/database/embedded/engine/store.ts'

/** Checks the file itself, and that every index holds the keys of the documents that are there and nothing else. */
export function expectIntact(store: Store): void {
  expect(store.sqlite.value('PRAGMA integrity_check')).toBe('ok')
  for (const collection of store.catalog.all()) {
    const documents = store.sqlite.rows(`SELECT rid, doc FROM ${collection.table} ORDER BY rid`)
    for (const index of collection.indexes) {
      const expected = documents.flatMap(([rid, document]) =>
        document instanceof Uint8Array ? keysIn(index, asBuffer(document)).keys.map((key) => `${key.toString('hex')} ${Number(rid)}`) : [],
      )
      const held = store.sqlite.rows(`SELECT hex(k), rid FROM ${index.table}`).map(([key, rid]) => `${String(key).toLowerCase()} ${Number(rid)}`)
      expect(held.sort()).toEqual(expected.sort())
    }
  }
}
