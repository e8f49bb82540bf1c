import { Types } from 'mongoose'
import type { BroadcastAudience } from '../contract/index.ts'
import type { Models } from '../models/index.ts'
import { IS_MEMBER } from '../models/participant.model.ts'

/** People in one piece: what is held in memory, and written by one command. */
const PIECE = 500

type Needed = Pick<Models, 'User' | 'Participant'>

/**
 * Whom an audience means, piece by piece; who is in two groups may come twice. Its author is left out, and who signed up after `asOf`.
 */
export async function* peopleOf(
  models: Needed,
  audience: BroadcastAudience,
  authorId: Types.ObjectId,
  asOf: Date,
): AsyncGenerator<Types.ObjectId[]> {
  for await (const people of audience.kind === 'groups'
    ? membersOf(models, audience.ids)
    : accounts(models, audience)) {
    const known = await models.User.find(
      { _id: { $in: people }, createdAt: { $lte: asOf }, state: { $nin: ['disabled', 'deleted'] } },
      { _id: 1 },
    ).lean()
    yield known.flatMap(({ _id }) => (_id.equals(authorId) ? [] : [_id]))
  }
}

/** How many people an audience means. */
export async function countPeople(
  models: Needed,
  audience: BroadcastAudience,
  authorId: Types.ObjectId,
): Promise<number> {
  const people = new Set<string>()
  for await (const piece of peopleOf(models, audience, authorId, new Date()))
    for (const id of piece) people.add(id.toHexString())
  return people.size
}

async function* accounts(
  { User }: Needed,
  audience: Exclude<BroadcastAudience, { kind: 'groups' }>,
): AsyncGenerator<Types.ObjectId[]> {
  if (audience.kind === 'people') {
    for (let from = 0; from < audience.ids.length; from += PIECE)
      yield audience.ids.slice(from, from + PIECE).map((id) => new Types.ObjectId(id))
    return
  }
  // Everybody is looked at, once: with the roles in the query all who have one would be sorted again for each piece.
  const roles = audience.kind === 'roles' ? new Set(audience.roles) : null
  yield* pieces(
    (after) =>
      User.find({ ...(after && { _id: { $gt: after } }) }, { role: 1 })
        .sort({ _id: 1 })
        .limit(PIECE)
        .lean(),
    ({ _id }) => _id,
    ({ role }) => roles === null || roles.has(role),
  )
}

async function* membersOf({ Participant }: Needed, groupIds: string[]): AsyncGenerator<Types.ObjectId[]> {
  for (const id of groupIds) {
    const group = { conversationId: new Types.ObjectId(id), ...IS_MEMBER }
    yield* pieces(
      (after) =>
        Participant.find({ ...group, ...(after && { userId: { $gt: after } }) }, { userId: 1 })
          .sort({ userId: 1 })
          .limit(PIECE)
          .lean(),
      ({ userId }) => userId,
    )
  }
}

async function* pieces<T>(
  find: (after: Types.ObjectId | undefined) => Promise<T[]>,
  idOf: (row: T) => Types.ObjectId,
  isMeant: (row: T) => boolean = () => true,
): AsyncGenerator<Types.ObjectId[]> {
  for (let after: Types.ObjectId | undefined; ;) {
    const rows = await find(after)
    const ids = rows.filter(isMeant).map(idOf)
    if (ids.length > 0) yield ids
    const last = rows.at(-1)
    if (!last || rows.length < PIECE) return
    after = idOf(last)
  }
}
