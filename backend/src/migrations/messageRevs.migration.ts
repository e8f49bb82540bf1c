import type { Migration } from './index.ts'
import { set, updateEach } from './migration.batch.ts'

/** To schema 4: a message keeps every number of its changes. Of the earlier changes only the newest number is known. */
export const keepNumbers: Migration = async (connection, logger) => {
  await updateEach(
    connection,
    'messages',
    ({ _id, rev, revs }) => (revs === undefined ? [set({ _id, rev, revs: { $exists: false } }, { revs: [rev] })] : []),
    (done) => logger.info({ collection: 'messages', done }, 'migrating the store to schema 4'),
  )
}
