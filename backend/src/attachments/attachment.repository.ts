import { Types } from 'mongoose'
import type { Logger } from '../lib/logger.ts'
import { blobKeys } from '../media/media.keys.ts'
import type { MediaStore } from '../media/media.store.ts'
import type { AttachmentRecord } from '../models/attachment.model.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { Models } from '../models/index.ts'
import { createMessageRepository } from '../messageLog/index.ts'
import { broadcastOfAttachment } from '../models/broadcast.model.ts'

/** How long an attachment waits for its message to be written, and one that was sent for it to be there. */
const UNSENT_MS = 24 * 3600_000
const SENDING_MS = 3600_000
/** Between noting that a message is about to be deleted and having deleted it. */
const DELETING_MS = 60_000
/** What one look takes on. */
const BATCH = 200

/** Which attachments there are and whose, and that contents go with the last that uses them. */
export interface AttachmentRepository {
  /** A new attachment, which waits for its message. False when its content is just going. */
  add(record: Omit<AttachmentRecord, 'clientMessageId' | 'createdAt' | 'sweepAt' | 'isReleased'>): Promise<boolean>

  /**
   * Gives these to the message that is about to be sent, whose sender owns them from then on. Null when one is not to be had: gone, another
   * message's, or not of the one who gives it, who is the sender unless two write a message together.
   */
  claim(
    ownerId: Types.ObjectId,
    clientMessageId: string,
    ids: readonly string[],
    giverId?: Types.ObjectId,
  ): Promise<AttachmentRecord[] | null>

  /** Before a message is deleted: whatever happens then, its attachments are looked at again. */
  beforeDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>

  /** After a message was deleted; resolves when the contents are gone that no other message has. A store that refuses is asked again by `sweep`. */
  afterDelete(senderId: Types.ObjectId, clientMessageId: string): Promise<void>

  /** No longer to be read or sent; then its content goes, unless another attachment has it. */
  release(record: Pick<AttachmentRecord, '_id' | 'blobId'>): Promise<void>

  /** Looks at what is due. */
  sweep(now?: Date): Promise<void>
}

/**
 * Each step that a crash can interrupt leaves a row with a time at which `sweep` looks again: an attachment is needed while
 * its owner may still send it, and as long as its message shows it.
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
    // First closed, then counted, while `add` first adds and then looks: of two at once, one sees the other.
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
        // A repeat, after a crash: it is there already.
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
        for (const record of due) await look(record)
        if (due.length < BATCH) return
      }
    },
  }

  async function look(record: AttachmentRecord): Promise<void> {
    if (record.isReleased) {
      await finish(record)
      return
    }
    // Only if nobody changed their mind since it was read: it may be being sent at this moment.
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
    // A broadcast waits in its draft, perhaps for weeks.
    if (!message) return (await Broadcast.exists(broadcastOfAttachment(_id, ownerId, clientMessageId))) !== null
    return message.deletedAt === null && (message.attachments ?? []).some(({ id }) => id === _id.toHexString())
  }
}

function later(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds)
}
