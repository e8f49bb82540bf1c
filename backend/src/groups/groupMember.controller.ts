import { Types } from 'mongoose'
import { z } from 'zod'
import {
  GROUP_ROLES,
  type Conversation,
  type GroupEvent,
  type GroupMember,
  type GroupRole,
  type Page,
} from '../contract/index.ts'
import { decodeCursor, encodeCursor } from '../lib/cursor.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { userSearchFilter } from '../lib/names/userSearchFilter.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { EndedGroupRepository } from './endedGroup.repository.ts'
import type { Models } from '../models/index.ts'
import { addMembersSchema, changeRoleSchema, memberSchema, membersSchema } from './group.schemas.ts'
import type { GroupController } from './group.controller.ts'
import { changeKey, type GroupService } from './group.service.ts'
import { requireUsers, usersById } from '../accounts/index.ts'
import { withoutBlockers } from '../contacts/index.ts'

/** The last member of a page: [rank of the role, folded full name, id]. */
const placeSchema = z.tuple([z.number().int().min(0).max(10), z.string(), idSchema])
type Place = z.output<typeof placeSchema>

export interface GroupMemberControllerDeps {
  models: Models
  groupService: GroupService
  groups: GroupController
  changeLimit: RateLimit
  endedGroups: EndedGroupRepository
}

export interface GroupMemberController {
  /**
   * Lists the members whose name starts with `q`: the owner, then admins, then the others, each by full name. No index
   * orders members by name, so a page reads all members, at most 1,000.
   * @throws AppError `invalid_input`, `not_found`
   */
  list(actor: Actor, input: unknown): Promise<Page<GroupMember>>

  /**
   * Adds users to a group. It skips users who are members already.
   * @throws AppError `invalid_input`, `not_found` (also for a user who does not exist), `forbidden`, `group_full`,
   * `rate_limited`
   */
  add(actor: Actor, input: unknown): Promise<Conversation>

  /**
   * Removes a member. An actor who removes themself leaves the group. It can be repeated: removing a user who is not a
   * member is no error.
   * @throws AppError `invalid_input`, `not_found`, `forbidden`, `owner_cannot_leave`, `rate_limited`
   */
  remove(actor: Actor, input: unknown): Promise<void>

  /**
   * Makes a member an admin of the group, or an admin a member.
   * @throws AppError `invalid_input`, `not_found` (also for a user who is not a member), `forbidden`, `rate_limited`
   */
  changeRole(actor: Actor, input: unknown): Promise<Conversation>

  /**
   * Makes another member the owner. The former owner becomes an admin.
   * @throws AppError `invalid_input`, `not_found` (also for a user who is not a member), `forbidden`, `rate_limited`
   */
  transfer(actor: Actor, input: unknown): Promise<Conversation>
}

/** Creates the controller that lists and changes the members of a group. */
export function createGroupMemberController({
  models,
  groupService,
  groups,
  changeLimit,
  endedGroups,
}: GroupMemberControllerDeps): GroupMemberController {
  const { members } = groupService

  return {
    async list(actor, input) {
      const { groupId, q, cursor, limit } = validate(membersSchema, input)
      const { _id } = await groupService.requireGroup(actor, groupId)
      const rows = await members.list(_id)
      const names = await models.User.find(
        {
          _id: { $in: rows.map(({ userId }) => userId) },
          ...userSearchFilter(q)?.any,
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

    async add(actor, input) {
      const { idempotencyKey, groupId, userIds } = validate(addMembersSchema, input)
      const key = changeKey(['add', groupId], idempotencyKey)
      await change(actor, groupId, key, wasAdded, async () => {
        const group = await groupService.requireGroupAdmin(actor, groupId)
        await requireUsers(
          models,
          [...new Set(userIds)].map((id) => new Types.ObjectId(id)),
        )
        const willing = await withoutBlockers(models, actor, userIds)
        const { userIds: added, memberCount } = await groupService.addUsers(group, willing)
        if (added.length > 0)
          await groupService.announceEvent(actor, group._id, { kind: 'added', userIds: added, memberCount }, key)
      })
      return groups.get(actor, { groupId })

      function wasAdded(event: GroupEvent): boolean {
        return event.kind === 'added' && event.userIds.every((id) => userIds.includes(id))
      }
    },

    async remove(actor, input) {
      const { idempotencyKey, groupId, userId } = validate(memberSchema, input)
      const key = changeKey(['remove', groupId, userId], idempotencyKey)
      await change(actor, groupId, key, ANY, () =>
        userId === actor.userId ? leave(actor, groupId, key) : expel(actor, groupId, userId, key),
      )
    },

    async changeRole(actor, input) {
      const { idempotencyKey, groupId, userId, role } = validate(changeRoleSchema, input)
      const key = changeKey(['role', groupId, userId], idempotencyKey)
      const isSame = (event: GroupEvent) => event.kind === 'roleChanged' && event.role === role
      await change(actor, groupId, key, isSame, async () => {
        const { _id } = await groupService.requireGroupOwner(actor, groupId)
        if (userId === actor.userId) throw new AppError('group_owner_role_fixed')
        const memberId = new Types.ObjectId(userId)
        const before = await members.roleOf(_id, memberId)
        if (before === null) throw notInGroup()
        if (before === role) return
        if (await members.setRole(_id, memberId, role))
          await groupService.announceEvent(actor, _id, { kind: 'roleChanged', userId, role }, key)
      })
      return groups.get(actor, { groupId })
    },

    async transfer(actor, input) {
      const { idempotencyKey, groupId, userId } = validate(memberSchema, input)
      const key = changeKey(['transfer', groupId], idempotencyKey)
      const isSame = (event: GroupEvent) => event.kind === 'transferred' && event.userId === userId
      await change(actor, groupId, key, isSame, async () => {
        const { _id } = await groupService.requireGroupOwner(actor, groupId)
        if (userId === actor.userId) return
        // The new owner first: a crash in between leaves two owners, and the old one can repeat the transfer. A group
        // never has no owner.
        if (!(await members.setRole(_id, new Types.ObjectId(userId), 'owner'))) throw notInGroup()
        await members.setRole(_id, new Types.ObjectId(actor.userId), 'admin')
        await groupService.announceEvent(actor, _id, { kind: 'transferred', userId }, key)
      })
      return groups.get(actor, { groupId })
    },
  }

  /**
   * Runs a change alone in its group, unless an earlier request with the same key made it.
   * @param isSame as in `GroupService.changedBy`
   */
  async function change(
    actor: Actor,
    groupId: string,
    key: string | undefined,
    isSame: (event: GroupEvent) => boolean,
    run: () => Promise<void>,
  ): Promise<void> {
    if (await groupService.changedBy(actor, key, isSame)) return
    await changeLimit.take(actor.userId)
    await groupService.runExclusive(groupId, async () => {
      // Looked up again: the first request may have run until now.
      if (!(await groupService.changedBy(actor, key, isSame))) await run()
    })
  }

  async function leave(actor: Actor, groupId: string, key: string | undefined): Promise<void> {
    // The last member leaves without a message, because nothing of the group stays.
    if (key !== undefined && (await hasLeft(actor, groupId))) return
    const { _id, role } = await groupService.requireGroup(actor, groupId)
    const isLast = (await members.count(_id)) === 1
    if (role === 'owner' && !isLast) throw new AppError('owner_cannot_leave')
    if (isLast) await endedGroups.markEnded(_id)
    const memberCount = await groupService.removeUser(_id, actor.userId, isLast ? 'ended' : 'left')
    if (isLast) await endedGroups.clear(_id)
    else if (memberCount !== null) await groupService.announceEvent(actor, _id, { kind: 'left', memberCount }, key)
  }

  async function hasLeft({ userId }: Actor, groupId: string): Promise<boolean> {
    const row = { conversationId: new Types.ObjectId(groupId), userId: new Types.ObjectId(userId) }
    return (
      (await models.Participant.exists({ ...row, leftAt: { $ne: null }, leftAs: { $in: ['left', 'ended'] } })) !== null
    )
  }

  async function expel(actor: Actor, groupId: string, userId: string, key: string | undefined): Promise<void> {
    const { _id, role } = await groupService.requireGroupAdmin(actor, groupId)
    const theirs = await members.roleOf(_id, new Types.ObjectId(userId))
    if (theirs === null) return
    if (role !== 'owner' && theirs !== 'member') throw new AppError('group_admin_removed_by_owner_only')
    if (theirs === 'owner') throw new AppError('group_owner_not_removable')
    const memberCount = await groupService.removeUser(_id, userId, 'removed')
    if (memberCount !== null)
      await groupService.announceEvent(actor, _id, { kind: 'removed', userIds: [userId], memberCount }, key)
  }
}

/** The key of such a request names all of it. */
const ANY = (): boolean => true

function rankOf(role: GroupRole): number {
  return GROUP_ROLES.length - GROUP_ROLES.indexOf(role)
}

function compare(a: Place, b: Place): number {
  return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1) || (a[2] === b[2] ? 0 : a[2] < b[2] ? -1 : 1)
}

function notInGroup(): AppError {
  return new AppError('not_in_group')
}
