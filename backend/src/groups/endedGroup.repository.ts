import type { Types } from 'mongoose'
import { createGroupMemberRepository } from '../conversations/index.ts'
import type { Models } from '../models/index.ts'
import type { PictureOwner } from '../models/picture.model.ts'
import { createMessageRepository } from '../messageLog/index.ts'

/** How many messages one command deletes. */
const BATCH = 200

/** The port to the attachments feature, which is above groups: it releases the files of a deleted message. */
export interface MessageFiles {
  /** Notes that a message is about to be deleted, so that a crash leaves no file behind. */
  beforeDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>

  /** Releases the files of a deleted message. */
  afterDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>
}

/** The port to the pictures feature, which is above groups: it deletes the picture of a group. */
export interface GroupPictures {
  /**
   * Deletes the owner's picture.
   * @param former hash of the picture; null: the owner has none
   * @param hold writes to the database that the owner has no picture
   */
  replace(owner: PictureOwner, former: string | null, next: null, hold: () => Promise<void>): Promise<void>
}

/** Removes the content of groups without members: no user can read it or delete it any more. */
export interface EndedGroupRepository {
  /** Marks a group as ended. Call it before the last member leaves, so that `sweep` finds the group after a crash. */
  markEnded(conversationId: Types.ObjectId): Promise<void>

  /**
   * Deletes the content of an ended group. Call it after the last member has left. Nothing is left of the content when
   * it resolves.
   */
  clear(conversationId: Types.ObjectId): Promise<void>

  /** Clears the ended groups that a crash left behind. */
  sweep(): Promise<void>
}

/** Creates the repository of ended groups. */
export function createEndedGroupRepository(
  models: Models,
  attachments: MessageFiles,
  pictures: GroupPictures,
): EndedGroupRepository {
  const { Conversation, EndedGroup, ColdMessage, Invite, Message, Receipt, UncountedPlace } = models
  const members = createGroupMemberRepository(models)

  async function clear(conversationId: Types.ObjectId): Promise<void> {
    // A group with members was marked, but the server was killed before the last member left.
    if ((await members.count(conversationId)) === 0) await removeContent(conversationId)
    await EndedGroup.deleteOne({ _id: conversationId })
  }

  async function removeContent(conversationId: Types.ObjectId): Promise<void> {
    await Invite.deleteOne({ _id: conversationId })
    while (await deleteBatch(conversationId));
    await Receipt.deleteMany({ conversationId })
    await UncountedPlace.deleteMany({ conversationId })
    const conversation = await Conversation.findById(conversationId, { group: 1 }).lean()
    // The conversation itself stays, without text: other devices of the members learn from their own rows that they are
    // out of it.
    const nothing = { 'group.name': '', 'group.description': '', 'group.pictureHash': null, lastMessage: null }
    await pictures.replace(
      { kind: 'group', id: conversationId },
      conversation?.group?.pictureHash ?? null,
      null,
      async () => {
        await Conversation.updateOne({ _id: conversationId }, { $set: nothing })
      },
    )
  }

  /** Deletes one batch of messages. Returns false when there was none. */
  async function deleteBatch(conversationId: Types.ObjectId): Promise<boolean> {
    const messages = await createMessageRepository(models).find({
      filter: { conversationId },
      projection: { seq: 1, senderId: 1, clientMessageId: 1, attachments: 1 },
      sort: { by: 'seq', direction: 1 },
      limit: BATCH,
    })
    if (messages.length === 0) return false
    const withFiles = messages.filter(({ attachments = [] }) => attachments.length > 0)
    for (const { senderId, clientMessageId } of withFiles) await attachments.beforeDelete(senderId, clientMessageId)
    for (const model of [Message, ColdMessage])
      await model.deleteMany({ _id: { $in: messages.map(({ _id }) => _id) }, conversationId })
    for (const { senderId, clientMessageId } of withFiles) await attachments.afterDelete(senderId, clientMessageId)
    return true
  }

  return {
    async markEnded(conversationId) {
      await EndedGroup.updateOne({ _id: conversationId }, { $setOnInsert: { _id: conversationId } }, { upsert: true })
    },
    clear,
    async sweep() {
      for (const { _id } of await EndedGroup.find().lean()) await clear(_id)
    },
  }
}
