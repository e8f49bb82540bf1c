import { Types } from 'mongoose'
import { z } from 'zod'
import { GROUP_ROLES, type Conversation, type GroupMember, type GroupRole, type Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { prefixPattern } from '../lib/text.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { EndedGroupRepository } from './endedGroup.repository.ts'
import type { Models } from '../models/index.ts'
import { addMembersSchema, changeRoleSchema, memberSchema, membersSchema } from './group.schemas.ts'
import type { GroupController } from './group.controller.ts'
import type { GroupService } from './group.service.ts'
import { requireUsers, usersById } from '../accounts/user.repository.ts'

/** The last one of a page: [rank of the role, folded full name, id]. */
const placeSchema = z.tuple([z.number(), z.string(), idSchema])
type Place = z.output<typeof placeSchema>

export interface GroupMemberControllerDeps {
  models: Models
  groupService: GroupService
  groups: GroupController
  changeLimit: RateLimit
  endedGroups: EndedGroupRepository
}

export type GroupMemberController = ReturnType<typeof createGroupMemberController>

/** Who is in a group, and as what. */
export function createGroupMemberController({
  models,
  groupService,
  groups,
  changeLimit,
  endedGroups,
}: GroupMemberControllerDeps) {
  const { members } = groupService

  return {
    /**
     * The members, or whom `q` is a prefix of: the owner, admins, then the others, each by full name. A page costs a look at all
     * members, who are a thousand at most, since no index orders them by name.
     * @throws AppError `invalid_input`, `not_found`
     */
    async list(actor: Actor, input: unknown): Promise<Page<GroupMember>> {
      const { groupId, q, cursor, limit } = validate(membersSchema, input)
      const { _id } = await groupService.groupFor(actor, groupId)
      const rows = await members.list(_id)
      const pattern = prefixPattern(q)
      const names = await models.User.find(
        {
          _id: { $in: rows.map(({ userId }) => userId) },
          ...(pattern !== null && { searchKeys: { $regex: pattern } }),
        },
        { fullNameKey: 1 },
      ).lean()
      const nameKeys = new Map(names.map(({ _id, fullNameKey }) => [_id.toHexString(), fullNameKey]))
      const after = cursor === undefined ? null : decodeCursor(placeSchema, cursor)
      const found = rows
        .flatMap((row) => {
          const nameKey = nameKeys.get(row.userId.toHexString())
          const place: Place = [rankOf(row.role), nameKey ?? '', row.userId.toHexString()]
          return nameKey === undefined || (after && compare(place, after) <= 0) ? [] : [{ row, place }]
        })
        .toSorted((a, b) => compare(a.place, b.place))
      const page = found.slice(0, limit)
      const users = await usersById(
        models,
        page.map(({ row }) => row.userId),
      )
      const last = page.at(-1)
      return {
        items: page.flatMap(({ row }) => {
          const user = users.get(row.userId.toHexString())
          return user ? [{ user, role: row.role, joinedAt: row.joinedAt.toISOString() }] : []
        }),
        nextCursor: last && found.length > limit ? encodeCursor(last.place) : null,
      }
    },

    /**
     * Who is in already is passed over.
     * @throws AppError `invalid_input`, `not_found` (also for a person whom nobody knows), `forbidden`, `group_full`, `rate_limited`
     */
    async add(actor: Actor, input: unknown): Promise<Conversation> {
      const { groupId, userIds } = validate(addMembersSchema, input)
      await changeLimit.take(actor.userId)
      await groupService.inTurn(groupId, async () => {
        const group = await groupService.groupOfAdmin(actor, groupId)
        await requireUsers(
          models,
          [...new Set(userIds)].map((id) => new Types.ObjectId(id)),
        )
        const { userIds: added, memberCount } = await groupService.letIn(group, userIds)
        if (added.length > 0) await groupService.tell(actor, group._id, { kind: 'added', userIds: added, memberCount })
      })
      return groups.get(actor, { groupId })
    },

    /**
     * Removes somebody, or oneself: that is leaving. Who is not in is no error, so that it can be repeated.
     * @throws AppError `invalid_input`, `not_found`, `forbidden`, `owner_cannot_leave`, `rate_limited`
     */
    async remove(actor: Actor, input: unknown): Promise<void> {
      const { groupId, userId } = validate(memberSchema, input)
      await changeLimit.take(actor.userId)
      await groupService.inTurn(groupId, () =>
        userId === actor.userId ? leave(actor, groupId) : expel(actor, groupId, userId),
      )
    },

    /**
     * Makes somebody an admin, or no admin any more.
     * @throws AppError `invalid_input`, `not_found` (also for who is not in the group), `forbidden`, `rate_limited`
     */
    async changeRole(actor: Actor, input: unknown): Promise<Conversation> {
      const { groupId, userId, role } = validate(changeRoleSchema, input)
      await changeLimit.take(actor.userId)
      await groupService.inTurn(groupId, async () => {
        const { _id } = await groupService.groupOfOwner(actor, groupId)
        if (userId === actor.userId) throw new AppError('forbidden', 'The owner stays the owner until another one is.')
        const person = new Types.ObjectId(userId)
        const before = await members.roleOf(_id, person)
        if (before === null) throw notInGroup()
        if (before === role) return
        if (await members.setRole(_id, person, role))
          await groupService.tell(actor, _id, { kind: 'roleChanged', userId, role })
      })
      return groups.get(actor, { groupId })
    },

    /**
     * Makes somebody else the owner; who was it is an admin then.
     * @throws AppError `invalid_input`, `not_found` (also for who is not in the group), `forbidden`, `rate_limited`
     */
    async transfer(actor: Actor, input: unknown): Promise<Conversation> {
      const { groupId, userId } = validate(memberSchema, input)
      await changeLimit.take(actor.userId)
      await groupService.inTurn(groupId, async () => {
        const { _id } = await groupService.groupOfOwner(actor, groupId)
        if (userId === actor.userId) return
        // The new one first: a crash in between leaves two owners, of whom the old one can do it again, never none.
        if (!(await members.setRole(_id, new Types.ObjectId(userId), 'owner'))) throw notInGroup()
        await members.setRole(_id, new Types.ObjectId(actor.userId), 'admin')
        await groupService.tell(actor, _id, { kind: 'transferred', userId })
      })
      return groups.get(actor, { groupId })
    },
  }

  async function leave(actor: Actor, groupId: string): Promise<void> {
    const { _id, role } = await groupService.groupFor(actor, groupId)
    const isLast = (await members.count(_id)) === 1
    if (role === 'owner' && !isLast)
      throw new AppError('owner_cannot_leave', 'Make somebody else the owner before you leave.')
    if (isLast) await endedGroups.note(_id)
    const memberCount = await groupService.letOut(_id, actor.userId, isLast ? 'ended' : 'left')
    if (isLast) await endedGroups.clear(_id)
    else if (memberCount !== null) await groupService.tell(actor, _id, { kind: 'left', memberCount })
  }

  async function expel(actor: Actor, groupId: string, userId: string): Promise<void> {
    const { _id, role } = await groupService.groupOfAdmin(actor, groupId)
    const theirs = await members.roleOf(_id, new Types.ObjectId(userId))
    if (theirs === null) return
    if (role !== 'owner' && theirs !== 'member')
      throw new AppError('forbidden', 'Only the owner of the group can remove an admin.')
    if (theirs === 'owner') throw new AppError('forbidden', 'Nobody can remove the owner.')
    const memberCount = await groupService.letOut(_id, userId, 'removed')
    if (memberCount !== null) await groupService.tell(actor, _id, { kind: 'removed', userIds: [userId], memberCount })
  }
}

function rankOf(role: GroupRole): number {
  return GROUP_ROLES.length - GROUP_ROLES.indexOf(role)
}

function compare(a: Place, b: Place): number {
  return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1) || (a[2] === b[2] ? 0 : a[2] < b[2] ? -1 : 1)
}

function notInGroup(): AppError {
  return new AppError('not_found', 'This person is not in the group.')
}
