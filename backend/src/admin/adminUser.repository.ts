import { Types } from 'mongoose'
import { z } from 'zod'
import type { AdminUserPage, AdminUserSort } from '../contract/index.ts'
import { decodeCursor, encodeCursor, timePlace } from '../lib/cursor.ts'
import type { Actor } from '../lib/delivery.ts'
import { escapePattern, normalizeEmail } from '../lib/text.ts'
import { userSearchFilter } from '../lib/names/userSearchFilter.ts'
import { idSchema, validate } from '../lib/validate.ts'
import { toAdminUser, type UserModel, type UserRecord } from '../models/user.model.ts'
import { listUsersSchema } from './admin.schemas.ts'

type Field = 'fullNameKey' | 'usernameKey' | 'createdAt' | 'lastSeenAt'

const FIELDS: Record<string, Field> = {
  name: 'fullNameKey',
  username: 'usernameKey',
  created: 'createdAt',
  seen: 'lastSeenAt',
}
const SHOWN = { passwordHash: 0, searchKeys: 0 } as const

/** The last row of a page: its sort value, where a time is in milliseconds, and its id. */
const namePlace = z.tuple([z.string(), idSchema])
const timedPlace = z.tuple([timePlace.nullable(), idSchema])
const PLACES = { fullNameKey: namePlace, usernameKey: namePlace, createdAt: timedPlace, lastSeenAt: timedPlace }
type Place = [string | number | null, string]

/** Lists a page of accounts. @throws AppError `invalid_input` */
export type AdminUserList = (actor: Actor, input: unknown) => Promise<AdminUserPage>

/**
 * Creates the list of all accounts. Indexes serve the search, the filters and the order, so a page costs the same among
 * many accounts.
 */
export function createAdminUserList(users: UserModel): AdminUserList {
  return async function list(_actor, input) {
    const { q, role, state, sort, cursor, limit } = validate(listUsersSchema, input)
    const { field, direction } = orderOf(sort)
    const condition = { ...(role !== undefined && { role }), ...(q.trim() !== '' && { $or: matching(q) }) }
    const after = cursor === undefined ? {} : afterPlace(field, direction, decodeCursor<Place>(PLACES[field], cursor))
    const [records, total] = await Promise.all([
      // Deleted accounts are few, so the query follows the order of the index and leaves them out. A query for the
      // other states would read and sort nearly all accounts.
      users
        .find({ $and: [{ state: state ?? { $ne: 'deleted' } }, condition, after] })
        .select(SHOWN)
        .sort(field === 'usernameKey' ? { [field]: direction } : { [field]: direction, _id: direction })
        .limit(limit + 1)
        .lean<UserRecord[]>(),
      users.countDocuments({ state: state ?? { $in: ['active', 'disabled'] }, ...condition }),
    ])
    const page = records.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.map(toAdminUser),
      nextCursor: last && records.length > limit ? encodeCursor(placeOf(last, field)) : null,
      total,
    }
  }
}

function orderOf(sort: AdminUserSort): { field: Field; direction: 1 | -1 } {
  return { field: FIELDS[sort.replace(/^-/, '')] ?? 'fullNameKey', direction: sort.startsWith('-') ? -1 : 1 }
}

function matching(q: string): object[] {
  const wanted = userSearchFilter(q)
  const email = { email: { $regex: `^${escapePattern(normalizeEmail(q))}` } }
  return wanted === null ? [email] : [wanted.any, email]
}

function placeOf(record: UserRecord, field: Field): Place {
  const value = record[field]
  return [value instanceof Date ? value.getTime() : value, record._id.toHexString()]
}

/**
 * Returns the condition for the rows after a place. The bound beside the `$or` gives the query planner the first key of
 * the index. Only `lastSeenAt` can be null. Null sorts below every value, but comparisons leave it out, so both sides
 * of null have a condition of their own.
 */
function afterPlace(field: Field, direction: 1 | -1, [place, hex]: Place): object {
  const beyond = direction === 1 ? '$gt' : '$lt'
  const [value, id] = [typeof place === 'number' ? new Date(place) : place, new Types.ObjectId(hex)]
  const sameValue = { [field]: value, _id: { [beyond]: id } }
  if (value === null) return direction === 1 ? { $or: [sameValue, { [field]: { $ne: null } }] } : sameValue
  const others = [{ [field]: { [beyond]: value } }, sameValue]
  if (field === 'lastSeenAt' && direction === -1) return { $or: [...others, { [field]: null }] }
  return { [field]: { [`${beyond}e`]: value }, $or: others }
}
