import type { Types } from 'mongoose'
import type { ConversationId, GroupRole, LeaveReason, UserId } from '../contract/index.ts'
import { createDataLoader } from '../lib/dataLoader.ts'
import { orderTime } from '../lib/orderClock.ts'
import type { Models } from '../models/index.ts'
import { IS_MEMBER, type ParticipantRecord } from '../models/participant.model.ts'

export type GroupMember = Required<Pick<ParticipantRecord, 'userId' | 'role' | 'joinedAt'>>

const NEVER = new Date(0)

/** Creates a function that returns the ids of a user's groups. Look-ups of one turn of the event loop share a query. */
export function createGroupFinder({
  Participant,
}: Pick<Models, 'Participant'>): (userId: UserId) => Promise<ConversationId[]> {
  const find = createDataLoader(async (userIds) => {
    const rows = await Participant.find(
      { userId: { $in: userIds }, ...IS_MEMBER },
      { userId: 1, conversationId: 1 },
    ).lean()
    const groups = new Map(userIds.map((id): [UserId, ConversationId[]] => [id, []]))
    for (const { userId, conversationId } of rows) groups.get(userId.toHexString())?.push(conversationId.toHexString())
    return groups
  })
  return async (userId) => (await find([userId])).get(userId) ?? []
}

/** The members of a group: the documents of `participants` with a role. A change of many members is one command. */
export interface GroupMemberRepository {
  list(conversationId: Types.ObjectId): Promise<GroupMember[]>
  /** Returns the role of a user; null for a user who is no member. */
  roleOf(conversationId: Types.ObjectId, userId: Types.ObjectId): Promise<GroupRole | null>
  /** Returns the ids of those of these users who are members. */
  among(conversationId: Types.ObjectId, userIds: Types.ObjectId[]): Promise<Set<string>>
  /**
   * Adds members. No earlier message is unread for them. A repeat changes only the times.
   * @param lastSeq the last place before they join
   * @param seesAll whether they see earlier messages
   */
  add(conversationId: Types.ObjectId, members: NewMember[], lastSeq: number, seesAll: boolean): Promise<void>
  /** Removes a member; false when the user was none. The document stays for a sync to report it, and for a return. */
  remove(conversationId: Types.ObjectId, userId: Types.ObjectId, leftAs: LeaveReason): Promise<boolean>
  /** Changes the role of a member; false when the user is none. */
  setRole(conversationId: Types.ObjectId, userId: Types.ObjectId, role: GroupRole): Promise<boolean>
  count(conversationId: Types.ObjectId): Promise<number>
  /**
   * Counts the members and stores the count. It never adds to the old count, so the next change corrects a count that a
   * crash left wrong. It counts again after storing: another node may have added a member in between and stored the
   * right count before this outdated one.
   */
  recount(conversationId: Types.ObjectId): Promise<number>
}

export interface NewMember {
  userId: Types.ObjectId
  role: GroupRole
}

/** Creates the repository of the members of groups. */
export function createGroupMemberRepository({
  Participant,
  Conversation,
}: Pick<Models, 'Participant' | 'Conversation'>): GroupMemberRepository {
  async function list(conversationId: Types.ObjectId): Promise<GroupMember[]> {
    const rows = await Participant.find({ conversationId, ...IS_MEMBER }, { userId: 1, role: 1, joinedAt: 1 }).lean()
    return rows.map(({ userId, joinedAt, role = 'member' }) => ({ userId, role, joinedAt: joinedAt ?? NEVER }))
  }

  async function roleOf(conversationId: Types.ObjectId, userId: Types.ObjectId): Promise<GroupRole | null> {
    const row = await Participant.findOne({ conversationId, userId }, { role: 1 }).lean()
    return row?.role ?? null
  }

  async function among(conversationId: Types.ObjectId, userIds: Types.ObjectId[]): Promise<Set<string>> {
    const rows = await Participant.find(
      { conversationId, userId: { $in: userIds }, ...IS_MEMBER },
      { userId: 1 },
    ).lean()
    return new Set(rows.map(({ userId }) => userId.toHexString()))
  }

  async function add(
    conversationId: Types.ObjectId,
    members: NewMember[],
    lastSeq: number,
    seesAll: boolean,
  ): Promise<void> {
    const joinedSeq = seesAll ? 1 : lastSeq + 1
    const now = orderTime()
    // Written before the members join: from now on changes of earlier messages do not go to the whole group.
    await Conversation.collection.updateOne(
      { _id: conversationId, group: { $ne: null } },
      { $max: { 'group.lastJoinedSeq': joinedSeq } },
    )
    await Participant.collection.bulkWrite(
      members.map(({ userId, role }) => ({
        updateOne: {
          filter: { conversationId, userId },
          update: {
            $set: { role, joinedSeq, joinedAt: now, leftAt: null, changedAt: now, markedUnread: false },
            $max: { readSeq: lastSeq, deliveredSeq: lastSeq },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    )
  }

  async function remove(conversationId: Types.ObjectId, userId: Types.ObjectId, leftAs: LeaveReason): Promise<boolean> {
    const { modifiedCount } = await Participant.collection.updateOne(
      { conversationId, userId, ...IS_MEMBER },
      { $set: { leftAt: orderTime(), leftAs, markedUnread: false }, $unset: { role: '' } },
    )
    return modifiedCount === 1
  }

  async function setRole(conversationId: Types.ObjectId, userId: Types.ObjectId, role: GroupRole): Promise<boolean> {
    const { matchedCount } = await Participant.collection.updateOne(
      { conversationId, userId, ...IS_MEMBER },
      { $set: { role, changedAt: orderTime() } },
    )
    return matchedCount === 1
  }

  function count(conversationId: Types.ObjectId): Promise<number> {
    return Participant.countDocuments({ conversationId, ...IS_MEMBER })
  }

  async function recount(conversationId: Types.ObjectId): Promise<number> {
    let memberCount = await count(conversationId)
    for (;;) {
      await Conversation.collection.updateOne(
        { _id: conversationId, group: { $ne: null } },
        { $set: { 'group.memberCount': memberCount } },
      )
      const now = await count(conversationId)
      if (now === memberCount) return memberCount
      memberCount = now
    }
  }

  return { list, roleOf, among, add, remove, setRole, count, recount }
}
