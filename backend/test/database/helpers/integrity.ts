import { keysIn } from '../../../src/database/embedded/engine/documents.ts'
import type { Store } from '../../../src/database/embedded/engine/store.ts'
import { asBuffer } from '../../../src/database/embedded/keys/raw.ts'

/** What is wrong with a file: by SQLite's own check, and where an index does not hold exactly the keys of its documents. */
export function problemsOf(store: Store): string[] {
  const check = String(store.sqlite.value('PRAGMA integrity_check'))
  const problems = check === 'ok' ? [] : [check]
  for (const collection of store.catalog.all()) {
    const documents = store.sqlite.rows(`SELECT rid, doc FROM ${collection.table}`)
    for (const index of collection.indexes) {
      const expected = new Set(documents.flatMap(([rid, document]) =>
        document instanceof Uint8Array ? keysIn(index, asBuffer(document)).keys.map((key) => `${key.toString('hex')} ${Number(rid)}`) : [],
      ))
      const held = store.sqlite.rows(`SELECT lower(hex(k)), rid FROM ${index.table}`).map(([key, rid]) => `${String(key)} ${Number(rid)}`)
      const where = `${collection.name}.${index.name}`
      problems.push(...held.filter((key) => !expected.delete(key)).map((key) => `${where} holds ${key}`))
      problems.push(...[...expected].map((key) => `${where} lacks ${key}`))
    }
  }
  return problems
}
