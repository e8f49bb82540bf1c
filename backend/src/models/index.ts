import type { Connection } from 'mongoose'
import { isSharded } from '../lib/sharding.ts'
import { accountInviteModel, type AccountInviteModel } from './accountInvite.model.ts'
import { attachmentModel, type AttachmentModel } from './attachment.model.ts'
import { auditModel, type AuditModel } from './audit.model.ts'
import { blobModel, type BlobModel } from './blob.model.ts'
import { blockModel, type BlockModel } from './block.model.ts'
import { broadcastModel, type BroadcastModel } from './broadcast.model.ts'
import { coldMessageModel } from './coldMessage.model.ts'
import { contactModel, type ContactModel } from './contact.model.ts'
import { ANNOUNCEMENTS_OBJECT_ID, conversationModel, type ConversationModel } from './conversation.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { orderOf } from '../lib/orderClock.ts'
import { endedGroupModel, type EndedGroupModel } from './endedGroup.model.ts'
import { inviteModel, type InviteModel } from './invite.model.ts'
import { jobModel, type JobModel } from './job.model.ts'
import { messageModel, type MessageModel } from './message.model.ts'
import { participantModel, type ParticipantModel } from './participant.model.ts'
import { passwordResetModel, type PasswordResetModel } from './passwordReset.model.ts'
import { pendingChangeModel, type PendingChangeModel } from './pendingChange.model.ts'
import { pictureModel, type PictureModel } from './picture.model.ts'
import { receiptModel, type ReceiptModel } from './receipt.model.ts'
import { recipientModel, type RecipientModel } from './recipient.model.ts'
import { reportModel, type ReportModel } from './report.model.ts'
import { retentionRunModel, type RetentionRunModel } from './retentionRun.model.ts'
import { sessionModel, type SessionModel } from './session.model.ts'
import { settingModel, type SettingModel } from './setting.model.ts'
import { lockModel, type LockModel } from './lock.model.ts'
import { uncountedPlaceModel, type UncountedPlaceModel } from './uncountedPlace.model.ts'
import { uploadModel, type UploadModel } from './upload.model.ts'
import { userModel, type UserModel } from './user.model.ts'
import { userChangeModel, type UserChangeModel } from './userChange.model.ts'

export interface Models {
  User: UserModel
  UserChange: UserChangeModel
  Session: SessionModel
  Conversation: ConversationModel
  Participant: ParticipantModel
  Message: MessageModel
  ColdMessage: MessageModel
  UncountedPlace: UncountedPlaceModel
  Receipt: ReceiptModel
  PendingChange: PendingChangeModel
  Invite: InviteModel
  EndedGroup: EndedGroupModel
  Contact: ContactModel
  Block: BlockModel
  Report: ReportModel
  Broadcast: BroadcastModel
  Recipient: RecipientModel
  Audit: AuditModel
  PasswordReset: PasswordResetModel
  AccountInvite: AccountInviteModel
  Setting: SettingModel
  Lock: LockModel
  Upload: UploadModel
  Attachment: AttachmentModel
  Blob: BlobModel
  Picture: PictureModel
  RetentionRun: RetentionRunModel
  Job: JobModel
}

/** Creates the models of a connection, their indexes and the broadcast conversation. */
export async function createModels(connection: Connection): Promise<Models> {
  const models: Models = {
    User: userModel(connection),
    UserChange: userChangeModel(connection),
    Session: sessionModel(connection),
    Conversation: conversationModel(connection),
    Participant: participantModel(connection),
    Message: messageModel(connection, await isSharded(connection)),
    ColdMessage: coldMessageModel(connection),
    UncountedPlace: uncountedPlaceModel(connection),
    Receipt: receiptModel(connection),
    PendingChange: pendingChangeModel(connection),
    Invite: inviteModel(connection),
    EndedGroup: endedGroupModel(connection),
    Contact: contactModel(connection),
    Block: blockModel(connection),
    Report: reportModel(connection),
    Broadcast: broadcastModel(connection),
    Recipient: recipientModel(connection),
    Audit: auditModel(connection),
    PasswordReset: passwordResetModel(connection),
    AccountInvite: accountInviteModel(connection),
    Setting: settingModel(connection),
    Lock: lockModel(connection),
    Upload: uploadModel(connection),
    Attachment: attachmentModel(connection),
    Blob: blobModel(connection),
    Picture: pictureModel(connection),
    RetentionRun: retentionRunModel(connection),
    Job: jobModel(connection),
  }
  await Promise.all(Object.values(models).map((model) => model.init()))
  await announcements(models)
  return models
}

async function announcements({ Conversation }: Models): Promise<void> {
  if (await Conversation.exists({ _id: ANNOUNCEMENTS_OBJECT_ID })) return
  const now = new Date()
  try {
    await Conversation.create({
      _id: ANNOUNCEMENTS_OBJECT_ID,
      kind: 'broadcast',
      participantIds: [],
      lastActivityAt: orderOf(now),
      changedAt: orderOf(now),
      createdAt: now,
    })
  } catch (error) {
    // Another node starts at the same time.
    if (duplicateKeyAt(error) === null) throw error
  }
}
