import { Types } from 'mongoose'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageLog } from '../messageLog/index.ts'

/** Marks all announcements so far as read for a new user, who has missed none of them. */
export type MarkAnnouncementsRead = (userId: string) => Promise<void>

/** Creates the function. */
export function createMarkAnnouncementsRead(
  { Participant }: Pick<Models, 'Participant'>,
  log: MessageLog,
): MarkAnnouncementsRead {
  return async (userId) => {
    const readSeq = await log.lastSeq(ANNOUNCEMENTS_OBJECT_ID)
    const key = { conversationId: ANNOUNCEMENTS_OBJECT_ID, userId: new Types.ObjectId(userId) }
    await Participant.updateOne(key, { $max: { readSeq, deliveredSeq: readSeq } }, { upsert: true })
  }
}
