import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type Page, type User } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor } from '../lib/delivery.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import { userSearchFilter } from '../lib/names/userSearchFilter.ts'
import { fieldCode, idListSchema, idSchema, limitSchema, textSchema, validate } from '../lib/validate.ts'
import { ACTIVE } from './user.repository.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import { toUser, type UserModel, type UserRecord } from '../models/user.model.ts'

export interface PeopleSearchControllerDeps {
  users: UserModel
  createRateLimit: CreateRateLimit
}

/** Looks users up. The answers contain no e-mail addresses. */
export interface PeopleSearchController {
  /**
   * Lists users: those of `ids`; else those whom `search` finds, all without it, by full name. Each word of `search` is a
   * part of a word of the full name or the username. Users with names that begin so come first.
   * @throws AppError `invalid_input`, `rate_limited` (searches)
   */
  list(actor: Actor, input: unknown): Promise<Page<User>>
  /** Returns one user. @throws AppError `invalid_input`, `not_found` */
  get(actor: Actor, input: unknown): Promise<User>
}

/** Creates the controller of the search for users. */
export function createPeopleSearchController({
  users,
  createRateLimit,
}: PeopleSearchControllerDeps): PeopleSearchController {
  const searches = createRateLimit({ name: 'searches', ...RATE_LIMITS.searches })

  return { list, get }

  async function list(actor: Actor, input: unknown): Promise<Page<User>> {
    const { search, ids, cursor, limit } = validate(listSchema, input)
    if (ids !== undefined)
      return {
        items: (
          await users
            .find({ _id: { $in: ids } })
            .select(SHOWN)
            .lean()
        ).map(toUser),
        nextCursor: null,
      }
    const wanted = userSearchFilter(search)
    if (wanted !== null) await searches.take(actor.userId)
    const ranks = wanted === null ? [{}] : [wanted.begins, { ...wanted.any, $nor: [wanted.begins] }]
    const [first, ...place] = cursor === undefined ? [0] : decodeCursor(placeSchema, cursor)
    const found: { rank: number; record: UserRecord }[] = []
    // One row more than the page shows whether there is a next page.
    for (let rank = first; rank < ranks.length && found.length <= limit; rank += 1) {
      const records = await users
        .find({ ...ACTIVE, ...ranks[rank], ...(rank === first && after(place)) })
        .select(SHOWN)
        .sort({ fullNameKey: 1, _id: 1 })
        .limit(limit + 1 - found.length)
        .lean()
      found.push(...records.map((record) => ({ rank, record })))
    }
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.map(({ record }) => toUser(record)),
      nextCursor: found.length > limit && last ? cursorAfter(last.rank, last.record) : null,
    }
  }

  async function get(_actor: Actor, input: unknown): Promise<User> {
    const { id } = validate(getSchema, input)
    const user = await users.findById(id).select(SHOWN).lean()
    if (!user) throw new AppError('no_such_user')
    return toUser(user)
  }
}

const SHOWN = { passwordHash: 0, searchKeys: 0, email: 0 } as const

/** The place after a page: the rank, the folded full name and the id of its last user. */
const placeSchema = z.tuple([z.number().int().min(0).max(1), z.string(), idSchema])

/** The first condition bounds the index scan; the others find the place among users with the same name. */
function after([key, id]: [string, string] | []): object {
  if (key === undefined) return {}
  return { fullNameKey: { $gte: key }, $or: [{ fullNameKey: { $gt: key } }, { _id: { $gt: new Types.ObjectId(id) } }] }
}

function cursorAfter(rank: number, { fullNameKey, _id }: Pick<UserRecord, 'fullNameKey' | '_id'>): string {
  return encodeCursor([rank, fullNameKey, _id.toHexString()])
}

const listSchema = z.strictObject({
  search: textSchema(LIMITS.searchMax).default(''),
  ids: idListSchema(LIMITS.userIdsMax).optional(),
  cursor: z.string({ error: fieldCode('must_be_cursor') }).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})

const getSchema = z.strictObject({ id: idSchema })
