import { Types } from 'mongoose'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { Draft, End } from './messageLog.service.ts'

/** @param end of the conversation; `index` more were placed behind it */
export function toMessageRecord(draft: Draft, end: End | null, index: number, createdAt: Date): MessageRecord {
  if (!end) throw new Error('A line is written only when its end is known')
  const rev = end.rev + 1 + index
  return {
    _id: new Types.ObjectId(),
    ...draft,
    seq: end.seq + 1 + index,
    rev,
    revs: [rev],
    createdAt,
    editedAt: null,
    deletedAt: null,
    edits: [],
  }
}

/** Null when all were written; else the index of the first that a unique index refused, all before it being written. */
export async function insertInOrder(Message: Models['Message'], records: MessageRecord[]): Promise<number | null> {
  try {
    // Validated at the edge and complete: the collection takes them as they are, at half the cost of documents.
    await Message.collection.insertMany(records, { ordered: true })
    return null
  } catch (error) {
    const index = duplicateKeyAt(error)
    if (index === null) throw error
    return index
  }
}
