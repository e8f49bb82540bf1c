import type { Types } from 'mongoose'
import type { AttachmentRepository } from '../attachments/attachment.repository.ts'
import { createGroupMemberRepository } from '../conversations/groupMember.repository.ts'
import type { Models } from '../models/index.ts'
import type { PictureRepository } from '../pictures/picture.repository.ts'
import { createMessageRepository } from '../messageLog/message.repository.ts'

/** Messages deleted by one command. */
const BATCH = 200

/** Removes what was said in groups that nobody is in any more: nobody could ever read it, or delete it. */
export type EndedGroupRepository = ReturnType<typeof createEndedGroupRepository>

export function createEndedGroupRepository(models: Models, book: AttachmentRepository, pictures: PictureRepository) {
  const { Conversation, EndedGroup, ColdMessage, Invite, Message, Receipt } = models
  const members = createGroupMemberRepository(models)

  async function clear(conversationId: Types.ObjectId): Promise<void> {
    // The server was killed before the last one was out.
    if ((await members.count(conversationId)) === 0) await empty(conversationId)
    await EndedGroup.deleteOne({ _id: conversationId })
  }

  async function empty(conversationId: Types.ObjectId): Promise<void> {
    await Invite.deleteOne({ _id: conversationId })
    while (await deleteSome(conversationId));
    await Receipt.deleteMany({ conversationId })
    const conversation = await Conversation.findById(conversationId, { group: 1 }).lean()
    // The conversation itself stays, without a word: members' other devices are told by their rows that they are out of it.
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

  /** False: there was none. */
  async function deleteSome(conversationId: Types.ObjectId): Promise<boolean> {
    const messages = await createMessageRepository(models).find({
      filter: { conversationId },
      projection: { seq: 1, senderId: 1, clientMessageId: 1, attachments: 1 },
      sort: { by: 'seq', direction: 1 },
      limit: BATCH,
    })
    if (messages.length === 0) return false
    const withFiles = messages.filter(({ attachments = [] }) => attachments.length > 0)
    for (const { senderId, clientMessageId } of withFiles) await book.beforeDelete(senderId, clientMessageId)
    for (const model of [Message, ColdMessage])
      await model.deleteMany({ _id: { $in: messages.map(({ _id }) => _id) }, conversationId })
    for (const { senderId, clientMessageId } of withFiles) await book.afterDelete(senderId, clientMessageId)
    return true
  }

  return {
    /** Before the last one leaves. */
    async note(conversationId: Types.ObjectId): Promise<void> {
      await EndedGroup.updateOne({ _id: conversationId }, { $setOnInsert: { _id: conversationId } }, { upsert: true })
    },
    /** After that; nothing is left of the group when it resolves. */
    clear,
    /** Clears what a crash left. */
    async sweep(): Promise<void> {
      for (const { _id } of await EndedGroup.find().lean()) await clear(_id)
    },
  }
}
