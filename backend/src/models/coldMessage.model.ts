import type { Connection } from 'mongoose'
import { messageSchemaOf, type MessageModel, type MessageRecord } from './message.model.ts'

/**
 * Messages that are too old to be looked at every day, as they were in `messages`. One may be in both: then the other one counts, and this one is never
 * newer. Only the indexes by which old messages are found: no number is given here.
 */
export function coldMessageModel(connection: Connection): MessageModel {
  const schema = messageSchemaOf()
  schema.index({ conversationId: 1, seq: 1 }, { unique: true })
  schema.index({ conversationId: 1, rev: 1 })
  schema.index({ senderId: 1, clientMessageId: 1 })
  return connection.model<MessageRecord>('ColdMessage', schema)
}
