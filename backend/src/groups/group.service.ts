import { randomUUID } from 'node:crypto'
import { Types } from 'mongoose'
import { LIMITS, type GroupEvent, type GroupRole, type LeaveReason, type UserId } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import type { Turns } from '../lib/keyedMutex.ts'
import type { GroupRecord } from '../models/conversation.model.ts'
import { createGroupMemberRepository } from '../conversations/groupMember.repository.ts'
import type { Models } from '../models/index.ts'
import { toMessage } from '../models/message.model.ts'
import type { MessageLog } from '../messageLog/messageLog.service.ts'
import {
  requireConversation,
  conversationNotFound,
  type OwnConversation,
} from '../conversations/conversationAccess.service.ts'

/** A group, for one who is in it. */
export interface OwnGroup extends OwnConversation {
  group: GroupRecord
  role: GroupRole
}

export type GroupService = ReturnType<typeof createGroupService>

const NOBODY_YET: ReadonlyMap<string, { readSeq: number }> = new Map()

/**
 * What the controllers of groups share. The order of each change: first who is in and what is so, then the connections, then the
 * message that tells it. A crash in between leaves it untold, and a sync finds it all the same.
 */
export function createGroupService({
  models,
  log,
  delivery,
  turns,
}: {
  models: Models
  log: MessageLog
  delivery: Delivery
  turns: Turns
}) {
  const members = createGroupMemberRepository(models)
  /** One change of a group after the other. */
  const inTurn = <T>(groupId: string, change: () => Promise<T>): Promise<T> => turns(`group ${groupId}`, change)

  /** @throws AppError `not_found` */
  async function groupFor(actor: Actor, groupId: string): Promise<OwnGroup> {
    const found = await requireConversation(models, actor, groupId)
    if (!found.group || !found.role) throw conversationNotFound()
    return { ...found, group: found.group, role: found.role }
  }

  /** @throws AppError `not_found`, `forbidden` for members without a special role */
  async function groupOfAdmin(actor: Actor, groupId: string): Promise<OwnGroup> {
    const group = await groupFor(actor, groupId)
    if (group.role === 'member') throw new AppError('forbidden', 'Only admins of the group can do this.')
    return group
  }

  /** @throws AppError `not_found`, `forbidden` */
  async function groupOfOwner(actor: Actor, groupId: string): Promise<OwnGroup> {
    const group = await groupFor(actor, groupId)
    if (group.role !== 'owner') throw new AppError('forbidden', 'Only the owner of the group can do this.')
    return group
  }

  /**
   * Says in the conversation what happened.
   * @param key where a repeat must not say it again: the same for the same thing
   */
  async function tell(
    actor: Actor,
    groupId: Types.ObjectId,
    event: GroupEvent,
    key: string = randomUUID(),
  ): Promise<void> {
    const { record, repeated } = await log.append({
      conversationId: groupId,
      kind: 'system',
      event,
      senderId: new Types.ObjectId(actor.userId),
      receiverId: null,
      title: null,
      text: '',
      clientMessageId: key,
    })
    if (!repeated) delivery.newMessage(toMessage(record, actor.userId, NOBODY_YET), { groupId: groupId.toHexString() })
  }

  /**
   * Lets people in who are not in yet, and their connections. Returns who came and how many there are now.
   * @throws AppError `group_full` (nobody came)
   */
  async function letIn(
    { _id, group }: Pick<OwnGroup, '_id' | 'group'>,
    people: UserId[],
  ): Promise<{ userIds: UserId[]; memberCount: number }> {
    const ids = [...new Set(people)].map((id) => new Types.ObjectId(id))
    const [known, memberCount] = await Promise.all([members.among(_id, ids), members.count(_id)])
    const newcomers = ids.filter((id) => !known.has(id.toHexString()))
    if (newcomers.length === 0) return { userIds: [], memberCount }
    if (memberCount + newcomers.length > LIMITS.groupMembersMax) throw fullGroup()
    const lastSeq = await log.lastSeq(_id)
    await members.add(
      _id,
      newcomers.map((userId) => ({ userId, role: 'member' })),
      lastSeq,
      group.history === 'all',
    )
    const userIds = newcomers.map((id) => id.toHexString())
    const now = await members.recount(_id)
    delivery.joinGroup(_id.toHexString(), userIds)
    return { userIds, memberCount: now }
  }

  /** Lets somebody out, and their connections; null when they were not in. Returns how many are left. */
  async function letOut(groupId: Types.ObjectId, userId: UserId, reason: LeaveReason): Promise<number | null> {
    if (!(await members.remove(groupId, new Types.ObjectId(userId), reason))) return null
    delivery.leaveGroup(groupId.toHexString(), [userId], reason)
    return members.recount(groupId)
  }

  return { inTurn, members, groupFor, groupOfAdmin, groupOfOwner, tell, letIn, letOut }
}

export function fullGroup(): AppError {
  return new AppError('group_full', `A group has at most ${LIMITS.groupMembersMax} members.`)
}
