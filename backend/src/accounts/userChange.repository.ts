import { Types } from 'mongoose'
import type { User } from '../contract/index.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { orderNow, orderTime } from '../lib/orderClock.ts'
import type { Models } from '../models/index.ts'
import { toUser } from '../models/user.model.ts'

/** Changes that are kept. A client that missed more loads its users again. One takes about fifty bytes. */
const KEPT = 10_000
const DELETE_EVERY = 100
/** The most changes that one sync tells; about 60 KB. */
const TOLD_MAX = 200
/** A page that starts loads its users a moment before its first sync. */
const START_MS = 60_000

/** The users that changed since a client's last sync. */
export interface UserChanges {
  users: User[]
  /** The number of the last change. The next sync begins after it. */
  rev: number
  /** There were too many changes, or the client's number is unknown: it loads all users that it shows. */
  reload: boolean
}

/**
 * Stores that a user changed. The number follows the last stored one, and the unique `_id` decides between two nodes, so
 * that a reader who sees a number has seen every lower one.
 */
export async function recordUserChange({ UserChange }: Pick<Models, 'UserChange'>, userId: string): Promise<void> {
  for (;;) {
    const rev = (await lastRev({ UserChange })) + 1
    try {
      await UserChange.create({ _id: rev, userId: new Types.ObjectId(userId), at: orderTime() })
    } catch (error) {
      if (duplicateKeyAt(error) === null) throw error
      continue
    }
    if (rev % DELETE_EVERY === 0) await UserChange.deleteMany({ _id: { $lte: rev - KEPT } })
    return
  }
}

/** Returns the users that changed after `since`. @param since null at the first sync of a client */
export async function userChangesSince(
  { User, UserChange }: Pick<Models, 'User' | 'UserChange'>,
  since: number | null,
): Promise<UserChanges> {
  const last = await lastRev({ UserChange })
  const rows = await UserChange.find({ _id: { $gt: since ?? last - TOLD_MAX, $lte: last } })
    .sort({ _id: 1 })
    .limit(TOLD_MAX + 1)
    .lean()
  const isComplete = since === null || (since <= last && rows.length === last - since && rows.length <= TOLD_MAX)
  if (!isComplete) return { users: [], rev: last, reload: true }
  const from = orderNow() - START_MS
  const changed = since === null ? rows.filter(({ at }) => at.getTime() >= from) : rows
  const ids = [...new Map(changed.map(({ userId }) => [userId.toHexString(), userId])).values()]
  const found =
    ids.length === 0 ? [] : await User.find({ _id: { $in: ids } }, { passwordHash: 0, searchKeys: 0, email: 0 }).lean()
  return { users: found.map((record) => toUser(record)), rev: last, reload: false }
}

async function lastRev({ UserChange }: Pick<Models, 'UserChange'>): Promise<number> {
  const last = await UserChange.findOne({}, { _id: 1 }).sort({ _id: -1 }).lean()
  return last?._id ?? 0
}
