import { Types } from 'mongoose'
import type { Models } from '../models/index.ts'
import type { VisibleAnnouncements, VisibilityFields } from '../models/message.model.ts'
import { recipientId } from '../models/recipient.model.ts'

const NOTHING: VisibleAnnouncements = new Set()

/**
 * Returns the targeted announcements among these messages that a user is a recipient of. It is one query by ids on the
 * ledger, and none when no message is a targeted announcement. The ledger's documents are made before the announcement
 * and never removed, so the answer for a message never changes.
 */
export async function announcementsVisibleTo(
  { Recipient }: Pick<Models, 'Recipient'>,
  userId: string,
  records: readonly VisibilityFields[],
): Promise<VisibleAnnouncements> {
  const asked = records.filter(({ isTargeted, senderId }) => isTargeted && senderId.toHexString() !== userId)
  if (asked.length === 0) return NOTHING
  const viewerId = new Types.ObjectId(userId)
  const ids = asked.map(({ clientMessageId }) => recipientId(new Types.ObjectId(clientMessageId), viewerId))
  const rows = await Recipient.find({ _id: { $in: ids } }, { broadcastId: 1 }).lean()
  return new Set(rows.map(({ broadcastId }) => broadcastId.toHexString()))
}

/** Returns the users with access to a targeted announcement: its sender and its recipients. */
export async function announcementViewers(
  { Recipient }: Pick<Models, 'Recipient'>,
  { senderId, clientMessageId }: VisibilityFields,
): Promise<string[]> {
  const rows = await Recipient.find({ broadcastId: new Types.ObjectId(clientMessageId) }, { userId: 1 }).lean()
  return [senderId.toHexString(), ...rows.map(({ userId }) => userId.toHexString())]
}

/** Returns those of these users who are recipients of a targeted announcement. */
export async function recipientsAmong(
  { Recipient }: Pick<Models, 'Recipient'>,
  { clientMessageId }: VisibilityFields,
  userIds: Types.ObjectId[],
): Promise<Types.ObjectId[]> {
  const broadcastId = new Types.ObjectId(clientMessageId)
  const rows = await Recipient.find(
    { _id: { $in: userIds.map((userId) => recipientId(broadcastId, userId)) } },
    { userId: 1 },
  ).lean()
  const found = new Set(rows.map(({ userId }) => userId.toHexString()))
  return userIds.filter((userId) => found.has(userId.toHexString()))
}
