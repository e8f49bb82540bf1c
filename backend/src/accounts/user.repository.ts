import type { Types } from 'mongoose'
import type { User } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Models } from '../models/index.ts'
import { toUser } from '../models/user.model.ts'

/** Accounts that were not deleted. */
export const NOT_DELETED = { state: { $ne: 'deleted' as const } }
/** Deleted ones too, who are "Deleted account" wherever something is left of them. */
export const INCLUDING_DELETED = {}

/** @throws AppError `not_found` unless there is an account for each of these different ids */
export async function requireUsers(
  { User }: Pick<Models, 'User'>,
  ids: Types.ObjectId[],
  among: typeof NOT_DELETED | typeof INCLUDING_DELETED = NOT_DELETED,
): Promise<void> {
  if (ids.length === 0) return
  const found = await User.countDocuments({ _id: { $in: ids }, ...among })
  if (found < ids.length)
    throw new AppError(
      'not_found',
      ids.length === 1 ? 'There is no such person.' : 'One of these people does not exist.',
    )
}

/** As everybody may see them, by id, in one query; who is gone is not there. */
export async function usersById(
  { User }: Pick<Models, 'User'>,
  ids: Types.ObjectId[],
  among: typeof NOT_DELETED | typeof INCLUDING_DELETED = INCLUDING_DELETED,
): Promise<ReadonlyMap<string, User>> {
  const found =
    ids.length === 0
      ? []
      : await User.find({ _id: { $in: ids }, ...among }, { passwordHash: 0, searchKeys: 0, email: 0 }).lean()
  return new Map(found.map((record): [string, User] => [record._id.toHexString(), toUser(record)]))
}
