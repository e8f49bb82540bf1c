import { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { blobKeys } from '../media/media.keys.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { AttachmentRecord } from '../models/attachment.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import { broadcastOfAttachment } from '../models/broadcast.model.ts'

/** How long an attachment waits for its message to be sent, and then for the message to be written. */
const UNSENT_MS = 24 * 3600_000
const SENDING_MS = 3600_000
/** The time between the note that a message is about to be deleted and the delete. */
const DELETING_MS = 60_000
/** Attachments that one step of a sweep handles. */
const BATCH = 200

/** Stores which attachments exist, and deletes a content with the last attachment that uses it. */
export interface AttachmentRepository {
  /**
   * Adds an attachment, which waits for its message. Returns false when its content is being deleted at this moment.
   */
  add(record: Omit<AttachmentRecord, 'clientMessageId' | 'createdAt' | 'sweepAt' | 'isReleased'>): Promise<boolean>

  /**
   * Claims attachments for the message that is about to be sent. Its sender owns them from then on. Returns null when
   * one is not available: it was deleted, belongs to another message, or does not belong to the giver. The giver is the
   * sender, unless two admins write a broadcast together.
   */
  claim(
    ownerId: Types.ObjectId,
    clientMessageId: string,
    ids: readonly string[],
    giverId?: Types.ObjectId,
  ): Promise<AttachmentRecord[] | null>

  /** Notes that a message is about to be deleted. Whatever happens then, a sweep looks at its attachments again. */
  beforeDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>

  /**
   * Releases the attachments of a deleted message. Resolves when the contents that no other message uses are deleted.
   * When the store refuses, `sweep` tries again.
   */
  afterDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>

  /** Makes an attachment unreadable, and deletes its content unless another attachment uses it. */
  release(record: Pick<AttachmentRecord, '_id' | 'blobId'>): Promise<void>

  /** Keeps or deletes the attachments that are due. */
  sweep(now?: Date): Promise<void>
}

/**
 * Creates the repository. Each step that a crash can interrupt leaves a row with a time at which `sweep` looks at it.
 * An attachment is kept while its owner may still send it, and as long as its message shows it.
 */
export function createAttachmentRepository(
  models: Pick<Models, 'Attachment' | 'Blob' | 'Message' | 'ColdMessage' | 'Broadcast'>,
  store: Pick<MediaStore, 'delete'>,
  logger: Logger,
): AttachmentRepository {
  const { Attachment, Blob, Broadcast } = models
  const messages = createMessageRepository(models)

  async function release(record: Pick<AttachmentRecord, '_id' | 'blobId'>): Promise<void> {
    await Attachment.updateOne({ _id: record._id }, { $set: { isReleased: true, sweepAt: new Date() } })
    await finish(record)
  }

  async function finish({ _id, blobId }: Pick<AttachmentRecord, '_id' | 'blobId'>): Promise<void> {
    // This closes the blob first and counts then, while `add` first adds and looks then. Of two at once, one sees the
    // other.
    await Blob.updateOne({ _id: blobId }, { $set: { isClosing: true } })
    if (await Attachment.exists({ blobId, isReleased: false })) {
      await Blob.updateOne({ _id: blobId }, { $set: { isClosing: false } })
    } else {
      await store.delete(blobKeys(blobId.toHexString()))
      await Blob.deleteOne({ _id: blobId })
    }
    await Attachment.deleteOne({ _id })
  }

  return {
    async add(record) {
      const now = new Date()
      const complete = {
        ...record,
        clientMessageId: null,
        createdAt: now,
        sweepAt: later(now, UNSENT_MS),
        isReleased: false,
      }
      await Attachment.create(complete).catch((error: unknown) => {
        // A repeat after a crash finds the row.
        if (duplicateKeyAt(error) === null) throw error
      })
      if (await Blob.exists({ _id: record.blobId, isClosing: false })) return true
      await release(record)
      return false
    },

    async claim(ownerId, clientMessageId, ids, giverId = ownerId) {
      const wanted = ids.map((id) => new Types.ObjectId(id))
      const free = {
        _id: { $in: wanted },
        isReleased: false,
        $or: [
          { ownerId: giverId, clientMessageId: null },
          { ownerId, clientMessageId },
        ],
      }
      const found = new Map((await Attachment.find(free).lean()).map((record) => [record._id.toHexString(), record]))
      const inOrder = ids.flatMap((id) => found.get(id) ?? [])
      if (inOrder.length !== wanted.length) return null
      const { matchedCount } = await Attachment.updateMany(free, {
        $set: { ownerId, clientMessageId, sweepAt: later(new Date(), SENDING_MS) },
      })
      return matchedCount === wanted.length ? inOrder : null
    },

    async beforeDelete(senderId, clientMessageId) {
      await Attachment.updateMany(
        { ownerId: senderId, clientMessageId },
        { $set: { sweepAt: later(new Date(), DELETING_MS) } },
      )
    },

    async afterDelete(senderId, clientMessageId) {
      for (const record of await Attachment.find({ ownerId: senderId, clientMessageId }).lean()) {
        await release(record).catch((error: unknown) =>
          logger.warn({ err: error }, 'a deleted attachment could not be removed from the store yet'),
        )
      }
    },

    release,

    async sweep(now = new Date()) {
      for (;;) {
        const due = await Attachment.find({ sweepAt: { $lte: now } })
          .sort({ sweepAt: 1 })
          .limit(BATCH)
          .lean()
        for (const record of due) await sweepOne(record)
        if (due.length < BATCH) return
      }
    },
  }

  async function sweepOne(record: AttachmentRecord): Promise<void> {
    if (record.isReleased) {
      await finish(record)
      return
    }
    // Applies only while the row is unchanged: a message may claim the attachment at this moment.
    const unchanged = { _id: record._id, sweepAt: record.sweepAt }
    if (await isShown(record)) {
      await Attachment.updateOne(unchanged, { $set: { sweepAt: null } })
      return
    }
    const { matchedCount } = await Attachment.updateOne(unchanged, { $set: { isReleased: true } })
    if (matchedCount === 1) await finish(record)
  }

  async function isShown({ _id, ownerId, clientMessageId }: AttachmentRecord): Promise<boolean> {
    if (clientMessageId === null) return false
    const message = await messages.findOne({
      filter: { senderId: ownerId, clientMessageId },
      projection: { attachments: 1, deletedAt: 1 },
    })
    // The draft of a broadcast may wait for weeks.
    if (!message) return (await Broadcast.exists(broadcastOfAttachment(_id, ownerId, clientMessageId))) !== null
    return message.deletedAt === null && (message.attachments ?? []).some(({ id }) => id === _id.toHexString())
  }
}

function later(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds)
}
