import type { Migration } from './index.ts'

/** Adds the state and the mute of accounts, and the state of reports in the admins' queue. */
export const administration: Migration = async (connection) => {
  const missing = {
    users: { state: 'active', mutedUntil: null },
    reports: { state: 'open', resolvedBy: null, resolvedAt: null, note: '' },
  }
  for (const [collection, fields] of Object.entries(missing)) {
    for (const [field, value] of Object.entries(fields)) {
      await connection.collection(collection).updateMany({ [field]: { $exists: false } }, { $set: { [field]: value } })
    }
  }
}
