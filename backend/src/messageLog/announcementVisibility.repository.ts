import { Types } from 'mongoose'
import type { Models } from '../models/index.ts'
import type { VisibleAnnouncements, VisibilityFields } from '../models/message.model.ts'
import { recipientId } from '../models/recipient.model.ts'

const NOTHING: VisibleAnnouncements = new Set()

/**
 * Which announcements to some, of these messages, somebody is a recipient of: one look at the ledger by the ids of its rows, and none where
 * no message is of this kind. Rows are made before the announcement and never removed, so that the answer to one message does not change.
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

/** Everybody who may see an announcement to some: its sender and its recipients. */
export async function announcementViewers(
  { Recipient }: Pick<Models, 'Recipient'>,
  { senderId, clientMessageId }: VisibilityFields,
): Promise<string[]> {
  const rows = await Recipient.find({ broadcastId: new Types.ObjectId(clientMessageId) }, { userId: 1 }).lean()
  return [senderId.toHexString(), ...rows.map(({ userId }) => userId.toHexString())]
}

/** Those of these people whom an announcement to some is for. */
export async function recipientsAmong(
  { Recipient }: Pick<Models, 'Recipient'>,
  { clientMessageId }: VisibilityFields,
  people: Types.ObjectId[],
): Promise<Types.ObjectId[]> {
  const broadcastId = new Types.ObjectId(clientMessageId)
  const rows = await Recipient.find(
    { _id: { $in: people.map((userId) => recipientId(broadcastId, userId)) } },
    { userId: 1 },
  ).lean()
  const found = new Set(rows.map(({ userId }) => userId.toHexString()))
  return people.filter((userId) => found.has(userId.toHexString()))
}
