import { userSearchKeys } from '../contract/index.ts'
import type { Migration } from './index.ts'
import { set, updateEach } from './migration.batch.ts'

/**
 * To schema 9: stores the keys by which any part of a word of a name is found. The keys that the program of schema 8
 * writes meanwhile find the beginnings of words.
 */
export const rebuildUserSearchKeys: Migration = (connection, logger) =>
  updateEach(
    connection,
    'users',
    (user) =>
      user['state'] === 'deleted'
        ? []
        : [set({ _id: user._id }, { searchKeys: userSearchKeys(String(user['fullName']), String(user['username'])) })],
    (done) => logger.info({ collection: 'users', done }, 'migrating the store to schema 9'),
  )
