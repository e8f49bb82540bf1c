import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { orderedId } from '../lib/orderClock.ts'
import type { Models } from '../models/index.ts'
import type { MessageRecord } from '../models/message.model.ts'
import type { Draft, End } from './messageLog.service.ts'

/**
 * Makes the record of a draft. @param end the end of the conversation
 * @param index how many drafts of the batch come before it in the conversation
 */
export function toMessageRecord(draft: Draft, end: End | null, index: number, createdAt: Date): MessageRecord {
  if (!end) throw new Error('A message is placed only when the end of its conversation is known')
  const rev = end.rev + 1 + index
  return {
    _id: orderedId(),
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

/**
 * Inserts records in their order. Resolves to null when all were written; else to the index of the first that a unique
 * index refused. All records before that index were written.
 */
export async function insertInOrder(Message: Models['Message'], records: MessageRecord[]): Promise<number | null> {
  try {
    // The records were validated at the edge and are complete. The collection takes them as they are, at half the cost
    // of Mongoose documents.
    await Message.collection.insertMany(records, { ordered: true })
    return null
  } catch (error) {
    const index = duplicateKeyAt(error)
    if (index === null) throw error
    return index
  }
}
