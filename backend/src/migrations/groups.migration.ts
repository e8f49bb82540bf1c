import type { Migration } from './index.ts'

/**
 * Groups, blocks and profiles: conversations say that they are no group, people have a picture, a bio and a status text. Messages
 * and rows of participants need nothing: what is new there is absent but where it is used. The index that found a person's rows
 * gives way to one that also tells their groups apart.
 */
export const groups: Migration = async (connection) => {
  await connection.collection('conversations').updateMany({ group: { $exists: false } }, { $set: { group: null } })
  for (const [field, value] of Object.entries({ pictureHash: null, bio: '', statusText: '' })) {
    await connection.collection('users').updateMany({ [field]: { $exists: false } }, { $set: { [field]: value } })
  }
  const indexes = await connection.collection('participants').indexes().catch(orNone)
  if (indexes.some(({ name }) => name === OUTDATED))
    await connection.collection('participants').dropIndex(OUTDATED).catch(unlessGone)
}

const OUTDATED = 'userId_1'
const NAMESPACE_NOT_FOUND = 26
const INDEX_NOT_FOUND = 27

/** An empty store has no such collection yet. */
function orNone(error: unknown): { name?: string }[] {
  if (codeOf(error) === NAMESPACE_NOT_FOUND) return []
  throw error
}

/** Another node starts too, and was faster. */
function unlessGone(error: unknown): void {
  if (codeOf(error) !== INDEX_NOT_FOUND && codeOf(error) !== NAMESPACE_NOT_FOUND) throw error
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
