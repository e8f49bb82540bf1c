import { Types } from 'mongoose'
import type { BroadcastAudience } from '../contract/index.ts'
import { orderTime } from '../lib/orderClock.ts'
import { ACTIVE } from '../accounts/index.ts'
import type { Models } from '../models/index.ts'
import { IS_MEMBER } from '../models/participant.model.ts'

/** Users in one batch, which is in memory at once and written by one command. */
const BATCH = 500

type AudienceModels = Pick<Models, 'User' | 'Participant'>

/**
 * Yields the users of an audience in batches, without the author and without users who signed up after `asOf`. A member
 * of two groups may come twice.
 */
export async function* usersOf(
  models: AudienceModels,
  audience: BroadcastAudience,
  authorId: Types.ObjectId,
  asOf: Date,
): AsyncGenerator<Types.ObjectId[]> {
  for await (const candidates of audience.kind === 'groups'
    ? membersOf(models, audience.ids)
    : matchingUsers(models, audience)) {
    const active = await models.User.find(
      { _id: { $in: candidates }, createdAt: { $lte: asOf }, ...ACTIVE },
      { _id: 1 },
    ).lean()
    yield active.flatMap(({ _id }) => (_id.equals(authorId) ? [] : [_id]))
  }
}

/** Counts the users of an audience. */
export async function countUsers(
  models: AudienceModels,
  audience: BroadcastAudience,
  authorId: Types.ObjectId,
): Promise<number> {
  const users = new Set<string>()
  for await (const batch of usersOf(models, audience, authorId, orderTime()))
    for (const id of batch) users.add(id.toHexString())
  return users.size
}

async function* matchingUsers(
  { User }: AudienceModels,
  audience: Exclude<BroadcastAudience, { kind: 'groups' }>,
): AsyncGenerator<Types.ObjectId[]> {
  if (audience.kind === 'people') {
    for (let from = 0; from < audience.ids.length; from += BATCH)
      yield audience.ids.slice(from, from + BATCH).map((id) => new Types.ObjectId(id))
    return
  }
  // Reads all users once. With the roles in the query, the database would sort all matching users for each batch.
  const roles = audience.kind === 'roles' ? new Set(audience.roles) : null
  yield* batches(
    (after) =>
      User.find({ ...(after && { _id: { $gt: after } }) }, { role: 1 })
        .sort({ _id: 1 })
        .limit(BATCH)
        .lean(),
    ({ _id }) => _id,
    ({ role }) => roles === null || roles.has(role),
  )
}

async function* membersOf({ Participant }: AudienceModels, groupIds: string[]): AsyncGenerator<Types.ObjectId[]> {
  for (const id of groupIds) {
    const group = { conversationId: new Types.ObjectId(id), ...IS_MEMBER }
    yield* batches(
      (after) =>
        Participant.find({ ...group, ...(after && { userId: { $gt: after } }) }, { userId: 1 })
          .sort({ userId: 1 })
          .limit(BATCH)
          .lean(),
      ({ userId }) => userId,
    )
  }
}

async function* batches<T>(
  find: (after: Types.ObjectId | undefined) => Promise<T[]>,
  idOf: (row: T) => Types.ObjectId,
  isIncluded: (row: T) => boolean = () => true,
): AsyncGenerator<Types.ObjectId[]> {
  for (let after: Types.ObjectId | undefined; ;) {
    const rows = await find(after)
    const ids = rows.filter(isIncluded).map(idOf)
    if (ids.length > 0) yield ids
    const last = rows.at(-1)
    if (!last || rows.length < BATCH) return
    after = idOf(last)
  }
}
