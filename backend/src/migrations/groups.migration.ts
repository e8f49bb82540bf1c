import type { Migration } from './index.ts'

/**
 * Adds groups, blocks and profiles: each conversation says that it is no group, and users get a picture, a bio and a
 * status text. Messages and documents of `participants` stay as they are, because their new fields are absent when
 * unused. The index on a user's documents is replaced by one that also finds the user's groups.
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

/** The collection does not exist in an empty store. */
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
