import { Types } from 'mongoose'
import type { ConversationId, GroupRole, LeaveReason, UserId } from '../contract/index.ts'
import type { Models } from '../models/index.ts'
import { IS_MEMBER, type ParticipantRecord } from '../models/participant.model.ts'

export type GroupMember = Required<Pick<ParticipantRecord, 'userId' | 'role' | 'joinedAt'>>

const NEVER = new Date(0)

/** The groups that somebody is in. */
export async function groupIdsOf(
  { Participant }: Pick<Models, 'Participant'>,
  userId: UserId,
): Promise<ConversationId[]> {
  const rows = await Participant.find(
    { userId: new Types.ObjectId(userId), ...IS_MEMBER },
    { conversationId: 1 },
  ).lean()
  return rows.map(({ conversationId }) => conversationId.toHexString())
}

/** Who is in a group: rows of `participants` with a role. However many people a change concerns, it is one command. */
export function createGroupMemberRepository({
  Participant,
  Conversation,
}: Pick<Models, 'Participant' | 'Conversation'>) {
  async function list(conversationId: Types.ObjectId): Promise<GroupMember[]> {
    const rows = await Participant.find({ conversationId, ...IS_MEMBER }, { userId: 1, role: 1, joinedAt: 1 }).lean()
    return rows.map(({ userId, joinedAt, role = 'member' }) => ({ userId, role, joinedAt: joinedAt ?? NEVER }))
  }

  async function roleOf(conversationId: Types.ObjectId, userId: Types.ObjectId): Promise<GroupRole | null> {
    const row = await Participant.findOne({ conversationId, userId }, { role: 1 }).lean()
    return row?.role ?? null
  }

  /** Those of these people who are in already. */
  async function among(conversationId: Types.ObjectId, people: Types.ObjectId[]): Promise<Set<string>> {
    const rows = await Participant.find({ conversationId, userId: { $in: people }, ...IS_MEMBER }, { userId: 1 }).lean()
    return new Set(rows.map(({ userId }) => userId.toHexString()))
  }

  /**
   * Lets people in. Nothing that was said before they came is unread for them. A repeat changes nothing that matters.
   * @param lastSeq the last place before they come
   * @param seesAll whether they see what was said before
   */
  async function add(
    conversationId: Types.ObjectId,
    people: { userId: Types.ObjectId; role: GroupRole }[],
    lastSeq: number,
    seesAll: boolean,
  ): Promise<void> {
    const joinedSeq = seesAll ? 1 : lastSeq + 1
    const now = new Date()
    // Before they are in: from then on changes of earlier messages do not go to everybody.
    await Conversation.collection.updateOne(
      { _id: conversationId, group: { $ne: null } },
      { $max: { 'group.lastJoinedSeq': joinedSeq } },
    )
    await Participant.collection.bulkWrite(
      people.map(({ userId, role }) => ({
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

  /** Lets somebody out; false when they were not in. The row stays for a sync to tell it, and for coming back. */
  async function remove(conversationId: Types.ObjectId, userId: Types.ObjectId, leftAs: LeaveReason): Promise<boolean> {
    const { modifiedCount } = await Participant.collection.updateOne(
      { conversationId, userId, ...IS_MEMBER },
      { $set: { leftAt: new Date(), leftAs, markedUnread: false }, $unset: { role: '' } },
    )
    return modifiedCount === 1
  }

  /** Of somebody who is in; false when they are not. */
  async function setRole(conversationId: Types.ObjectId, userId: Types.ObjectId, role: GroupRole): Promise<boolean> {
    const { matchedCount } = await Participant.collection.updateOne(
      { conversationId, userId, ...IS_MEMBER },
      { $set: { role, changedAt: new Date() } },
    )
    return matchedCount === 1
  }

  function count(conversationId: Types.ObjectId): Promise<number> {
    return Participant.countDocuments({ conversationId, ...IS_MEMBER })
  }

  /**
   * Counted anew, never added to: what a crash leaves wrong the next change puts right. And counted once more after it is kept: another
   * node may have let somebody in between counting and keeping, and kept the right number before this wrong one.
   */
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
