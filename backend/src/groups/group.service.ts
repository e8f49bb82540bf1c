import { randomUUID } from 'node:crypto'
import { Types } from 'mongoose'
import { LIMITS, type GroupEvent, type GroupRole, type LeaveReason, type UserId } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import { requestKey, requireSameRequest } from '../lib/idempotency.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import type { GroupRecord } from '../models/conversation.model.ts'
import {
  conversationNotFound,
  createGroupMemberRepository,
  type GroupMemberRepository,
  type OwnConversation,
  requireConversation,
} from '../conversations/index.ts'
import type { Models } from '../models/index.ts'
import { toMessage, type MessageRecord } from '../models/message.model.ts'
import { createMessageRepository, type MessageLog } from '../messageLog/index.ts'

/** A group and the actor's role in it. */
export interface OwnGroup extends OwnConversation {
  group: GroupRecord
  role: GroupRole
}

export interface GroupService {
  /** Runs changes of one group one after the other. */
  runExclusive<T>(groupId: string, change: () => Promise<T>): Promise<T>

  /** The rows of the members. */
  members: GroupMemberRepository

  /**
   * Returns the group.
   * @throws AppError `not_found` (also when the actor is not a member)
   */
  requireGroup(actor: Actor, groupId: string): Promise<OwnGroup>

  /**
   * Returns the group.
   * @throws AppError `not_found`, `forbidden` (the actor is neither owner nor admin)
   */
  requireGroupAdmin(actor: Actor, groupId: string): Promise<OwnGroup>

  /**
   * Returns the group.
   * @throws AppError `not_found`, `forbidden` (the actor is not the owner)
   */
  requireGroupOwner(actor: Actor, groupId: string): Promise<OwnGroup>

  /**
   * Writes a system message about a change into the conversation, and delivers it.
   * @param key the client message id; the same key never writes a second message
   */
  announceEvent(actor: Actor, groupId: Types.ObjectId, event: GroupEvent, key?: string): Promise<void>

  /**
   * Returns the group that an earlier request with this key changed; null when there was none. The system message of the change
   * carries the key.
   * @param isSame tells whether the event is that of this request
   * @throws AppError `idempotency_key_reused`
   */
  changedBy(actor: Actor, key: string | undefined, isSame: (event: GroupEvent) => boolean): Promise<string | null>

  /**
   * Adds users who are not members yet, and joins their connections. Returns the added users and the new member count.
   * @throws AppError `group_full` (then no user was added)
   */
  addUsers(
    group: Pick<OwnGroup, '_id' | 'group'>,
    userIds: UserId[],
  ): Promise<{ userIds: UserId[]; memberCount: number }>

  /**
   * Removes a member and the member's connections. Returns the number of members left, or null when the user was not a
   * member.
   */
  removeUser(groupId: Types.ObjectId, userId: UserId, reason: LeaveReason): Promise<number | null>
}

const NO_RECEIPTS: ReadonlyMap<string, { readSeq: number }> = new Map()

/**
 * Creates what the controllers of groups share. Each change happens in this order: first the rows, then the
 * connections, then the system message. A crash in between leaves the change unannounced, but a sync still finds it.
 */
export function createGroupService({
  models,
  log,
  delivery,
  mutex,
}: {
  models: Models
  log: MessageLog
  delivery: Delivery
  mutex: KeyedMutex
}): GroupService {
  const members = createGroupMemberRepository(models)
  const messages = createMessageRepository(models)
  const runExclusive = <T>(groupId: string, change: () => Promise<T>): Promise<T> => mutex(`group ${groupId}`, change)

  async function requireGroup(actor: Actor, groupId: string): Promise<OwnGroup> {
    const found = await requireConversation(models, actor, groupId)
    if (!found.group || !found.role) throw conversationNotFound()
    return { ...found, group: found.group, role: found.role }
  }

  async function requireGroupAdmin(actor: Actor, groupId: string): Promise<OwnGroup> {
    const group = await requireGroup(actor, groupId)
    if (group.role === 'member') throw new AppError('group_admins_only')
    return group
  }

  async function requireGroupOwner(actor: Actor, groupId: string): Promise<OwnGroup> {
    const group = await requireGroup(actor, groupId)
    if (group.role !== 'owner') throw new AppError('group_owner_only')
    return group
  }

  async function announceEvent(
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
    if (!repeated) delivery.newMessage(toMessage(record, actor.userId, NO_RECEIPTS), { groupId: groupId.toHexString() })
  }

  async function changedBy(
    actor: Actor,
    key: string | undefined,
    isSame: (event: GroupEvent) => boolean,
  ): Promise<string | null> {
    if (key === undefined) return null
    const found = await messages.findOne<Pick<MessageRecord, '_id' | 'conversationId' | 'event'>>({
      filter: { senderId: new Types.ObjectId(actor.userId), clientMessageId: key },
      projection: { conversationId: 1, event: 1 },
    })
    if (!found) return null
    requireSameRequest(found.event !== undefined && isSame(found.event))
    return found.conversationId.toHexString()
  }

  async function addUsers(
    { _id, group }: Pick<OwnGroup, '_id' | 'group'>,
    candidates: UserId[],
  ): Promise<{ userIds: UserId[]; memberCount: number }> {
    const ids = [...new Set(candidates)].map((id) => new Types.ObjectId(id))
    const [memberIds, memberCount] = await Promise.all([members.among(_id, ids), members.count(_id)])
    const newMembers = ids.filter((id) => !memberIds.has(id.toHexString()))
    if (newMembers.length === 0) return { userIds: [], memberCount }
    if (memberCount + newMembers.length > LIMITS.groupMembersMax) throw groupFull()
    const lastSeq = await log.lastSeq(_id)
    await members.add(
      _id,
      newMembers.map((userId) => ({ userId, role: 'member' })),
      lastSeq,
      group.history === 'all',
    )
    const userIds = newMembers.map((id) => id.toHexString())
    const now = await members.recount(_id)
    delivery.joinGroup(_id.toHexString(), userIds)
    return { userIds, memberCount: now }
  }

  async function removeUser(groupId: Types.ObjectId, userId: UserId, reason: LeaveReason): Promise<number | null> {
    if (!(await members.remove(groupId, new Types.ObjectId(userId), reason))) return null
    delivery.leaveGroup(groupId.toHexString(), [userId], reason)
    return members.recount(groupId)
  }

  return {
    runExclusive,
    members,
    requireGroup,
    requireGroupAdmin,
    requireGroupOwner,
    announceEvent,
    changedBy,
    addUsers,
    removeUser,
  }
}

/**
 * Returns the client message id of the system message that a request with a key writes.
 * @param action the name of the change and what it is bound to, such as the group
 */
export function changeKey(action: readonly string[], idempotencyKey: string | undefined): string | undefined {
  return idempotencyKey === undefined ? undefined : `request:${requestKey(action, idempotencyKey)}`
}

/** Creates the error `group_full`. */
export function groupFull(): AppError {
  return new AppError('group_full', { max: LIMITS.groupMembersMax })
}
