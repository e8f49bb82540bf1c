import type { Connection } from 'mongoose'
import { ANNOUNCEMENTS_OBJECT_ID, conversationModel, type ConversationModel } from './conversation.model.ts'
import { duplicateKeyAt } from './duplicateKey.ts'
import { messageModel, type MessageModel } from './message.model.ts'
import { participantModel, type ParticipantModel } from './participant.model.ts'
import { pendingChangeModel, type PendingChangeModel } from './pendingChange.model.ts'
import { receiptModel, type ReceiptModel } from './receipt.model.ts'
import { sessionModel, type SessionModel } from './session.model.ts'
import { userModel, type UserModel } from './user.model.ts'

export interface Models {
  User: UserModel
  Session: SessionModel
  Conversation: ConversationModel
  Participant: ParticipantModel
  Message: MessageModel
  Receipt: ReceiptModel
  PendingChange: PendingChangeModel
}

/** The models of one connection, their indexes made and the broadcast conversation in place. */
export async function createModels(connection: Connection): Promise<Models> {
  const models: Models = {
    User: userModel(connection),
    Session: sessionModel(connection),
    Conversation: conversationModel(connection),
    Participant: participantModel(connection),
    Message: messageModel(connection),
    Receipt: receiptModel(connection),
    PendingChange: pendingChangeModel(connection),
  }
  await Promise.all(Object.values(models).map((model) => model.init()))
  await announcements(models)
  return models
}

async function announcements({ Conversation }: Models): Promise<void> {
  if (await Conversation.exists({ _id: ANNOUNCEMENTS_OBJECT_ID })) return
  const now = new Date()
  try {
    await Conversation.create({ _id: ANNOUNCEMENTS_OBJECT_ID, kind: 'broadcast', participantIds: [], lastActivityAt: now, createdAt: now })
  } catch (error) {
    // Another node starts at this moment too.
    if (duplicateKeyAt(error) === null) throw error
  }
}
