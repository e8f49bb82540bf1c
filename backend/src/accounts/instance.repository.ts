import { randomBytes } from 'node:crypto'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'

const ID = 'instance'

/**
 * Returns the id of this server, which the names of its cookies carry. The first start chooses it, and all nodes of a database have the
 * same. It does not follow from the secret of the tokens: users stay signed in when that is replaced.
 */
export async function loadInstanceId({ Setting }: Pick<Models, 'Setting'>): Promise<string> {
  const settings = Setting.db.collection<{ _id: string; value: string }>(Setting.collection.collectionName)
  const known = await settings.findOne({ _id: ID })
  if (known) return known.value
  const value = randomBytes(4).toString('hex')
  await settings.updateOne({ _id: ID }, { $setOnInsert: { value } }, { upsert: true }).catch((error: unknown) => {
    // Another node was faster.
    if (duplicateKeyAt(error) === null) throw error
  })
  return (await settings.findOne({ _id: ID }))?.value ?? value
}
