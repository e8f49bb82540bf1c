import { Types } from 'mongoose'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageLog } from '../messageLog/index.ts'

/** Creates a function that marks all announcements so far as read for a new user, who has missed none of them. */
export function createMarkAnnouncementsRead({ Participant }: Pick<Models, 'Participant'>, log: MessageLog) {
  return async (userId: string): Promise<void> => {
    const readSeq = await log.lastSeq(ANNOUNCEMENTS_OBJECT_ID)
    const key = { conversationId: ANNOUNCEMENTS_OBJECT_ID, userId: new Types.ObjectId(userId) }
    await Participant.updateOne(key, { $max: { readSeq, deliveredSeq: readSeq } }, { upsert: true })
  }
}
