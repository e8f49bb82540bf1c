import { Types } from 'mongoose'
import { parseConfig } from '../src/config.ts'
import type { UserRole } from '../src/contract/index.ts'
import { openDatabase } from '../src/database/database.connection.ts'
import { createLogger } from '../src/lib/logger.ts'
import { createPasswordPool } from '../src/lib/passwords/pool.ts'
import { sortKey } from '../src/lib/text.ts'
import { accessTokens } from '../src/lib/auth/tokens.ts'
import { migrate } from '../src/migrations/migration.runner.ts'
import { createModels } from '../src/models/index.ts'

/** A user with an account and a session. */
export interface BenchPerson {
  userId: string
  username: string
  token: string
}

export const BENCH_PASSWORD = 'correct horse battery'

/**
 * Fills an empty store with signed-in users, because two thousand signups would take minutes of hashing. Their tokens,
 * with the server's secret, and their sessions are real. The first user is the admin.
 * @param env the environment of the server
 */
export async function preparePeople(env: Record<string, string>, count: number): Promise<BenchPerson[]> {
  const config = parseConfig(env)
  const database = await openDatabase({
    mongoUri: config.mongoUri,
    dataDir: config.dataDir,
    logger: createLogger('warn'),
  })
  try {
    if (config.mongoUri !== undefined) await database.connection.dropDatabase()
    // Otherwise the server would treat the store as an old one.
    await migrate(database.connection, createLogger('warn'))
    const { User, Session } = await createModels(database.connection)
    const passwordHash = await hashOnce(config.bcryptCost)
    const tokens = accessTokens(config.jwtSecret ?? '', config.accessTokenSeconds)
    const now = new Date()
    const accounts = Array.from({ length: count }, (_, index) => {
      const role: UserRole = index === 0 ? 'admin' : 'member'
      return { _id: new Types.ObjectId(), username: `person-${index}`, role }
    })
    await User.collection.insertMany(
      accounts.map(({ _id, username, role }) => {
        const key = sortKey(username)
        return {
          _id,
          username,
          usernameKey: username,
          email: `${username}@example.org`,
          fullName: username,
          fullNameKey: key,
          searchKeys: [key],
          passwordHash,
          role,
          createdAt: now,
        }
      }),
    )
    const sessions = accounts.map(({ _id, role }) => {
      return {
        _id: new Types.ObjectId(),
        userId: _id,
        role,
        tokens: [],
        version: 1,
        createdAt: now,
        lastUsedAt: now,
        expiresAt: new Date(now.getTime() + config.sessionSeconds * 1000),
        userAgent: 'bench',
        ip: '127.0.0.1',
      }
    })
    await Session.collection.insertMany(sessions)
    return accounts.map(({ _id, username }, index) => {
      const userId = _id.toHexString()
      const sessionId = sessions[index]?._id.toHexString() ?? ''
      return { userId, username, token: tokens.issue({ userId, sessionId }).token }
    })
  } finally {
    await database.close()
  }
}

async function hashOnce(cost: number): Promise<string> {
  const passwords = createPasswordPool({ cost })
  try {
    return await passwords.hash(BENCH_PASSWORD)
  } finally {
    await passwords.close()
  }
}
