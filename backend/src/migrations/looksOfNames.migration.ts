import type { Migration } from './index.ts'
import { set, updateEach, type Stored } from './migration.batch.ts'
import { fullNameSkeleton, skeleton } from '../lib/names/confusables.ts'

/**
 * To schema 8: stores how names look. Of two usernames that look the same the older account has the plain look. The
 * other one keeps its name and gets a look with its id, which no signup can have. The names of all accounts are
 * compared in memory: 100,000 accounts take about 20 MB.
 */
export const looksOfNames: Migration = async (connection, logger) => {
  const taken = new Set<string>()
  const count = new Map<string, number>()
  const accounts = connection.collection<Stored>('users').find({ state: { $ne: 'deleted' } })
  for await (const { fullName } of accounts.project<Stored>({ fullName: 1 })) {
    const look = fullNameSkeleton(String(fullName))
    count.set(look, (count.get(look) ?? 0) + 1)
  }
  await updateEach(
    connection,
    'users',
    (user) => {
      const isDeleted = user['state'] === 'deleted'
      const id = user._id.toHexString()
      const look = isDeleted ? String(user['usernameKey']) : skeleton(String(user['username']))
      const usernameSkeleton = taken.has(look) ? `${look} ${id}` : look
      taken.add(look)
      const nameLook = isDeleted ? '' : fullNameSkeleton(String(user['fullName']))
      const hasNamesake = (count.get(nameLook) ?? 0) > 1
      return [set({ _id: user._id }, { usernameSkeleton, fullNameSkeleton: nameLook, hasNamesake })]
    },
    (done) => logger.info({ collection: 'users', done }, 'migrating the store to schema 8'),
  )
}
