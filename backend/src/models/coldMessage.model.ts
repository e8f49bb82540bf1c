import type { Connection } from 'mongoose'
import { messageSchemaOf, type MessageModel, type MessageRecord } from './message.model.ts'

/**
 * Creates the model of old messages, which are rarely read. They are stored as they were in `messages`. A message may
 * be in both collections: then the one in `messages` counts, and this one is never newer. There are only the indexes
 * that find old messages, because no number is assigned here.
 */
export function coldMessageModel(connection: Connection): MessageModel {
  const schema = messageSchemaOf()
  schema.index({ conversationId: 1, seq: 1 }, { unique: true })
  schema.index({ conversationId: 1, rev: 1 })
  schema.index({ senderId: 1, clientMessageId: 1 })
  return connection.model<MessageRecord>('ColdMessage', schema)
}
