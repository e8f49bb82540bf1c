import type { Types } from 'mongoose'
import type { Attachment } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import { orderedId } from '../lib/orderClock.ts'
import type { KeyedMutex } from '../lib/keyedMutex.ts'
import { type Appended, createMessageRepository } from '../messageLog/index.ts'
import { BROADCAST_DEFAULTS, type BroadcastRecord } from '../models/broadcast.model.ts'
import type { Models } from '../models/index.ts'
import type { BroadcastSendingService } from './broadcastSending.service.ts'

/** The content of an announcement to every user. Its attachments are claimed under (`senderId`, `clientMessageId`). */
export interface AnnouncementDraft {
  senderId: Types.ObjectId
  title: string | null
  text: string
  attachments?: Attachment[]
  clientMessageId: string
}

/** Announces by a message, as `sendMessage` with `receiverId: "all"` does. */
export interface AnnouncementService {
  /**
   * Sends a broadcast to every user at once, with the defaults of the panel, and returns its announcement. A repeat of
   * (`senderId`, `clientMessageId`) returns the first message; it also continues a broadcast that a crash interrupted.
   * The calls of one sender run one after the other, over all nodes.
   * @throws AppError `unavailable` when the broadcast is stored and not yet sent: repeat the call; `broadcast_state`
   * when an admin cancelled it, or when its announcement does not exist any more
   */
  announce(draft: AnnouncementDraft): Promise<Appended>
}

/** Creates the service. */
export function createAnnouncementService(
  models: Pick<Models, 'Broadcast' | 'Message' | 'ColdMessage'>,
  sending: BroadcastSendingService,
  mutex: KeyedMutex,
): AnnouncementService {
  const { Broadcast } = models
  const messages = createMessageRepository(models)

  async function create(draft: AnnouncementDraft): Promise<BroadcastRecord> {
    const now = new Date()
    const record = await Broadcast.create({
      ...BROADCAST_DEFAULTS,
      _id: orderedId(),
      title: draft.title ?? '',
      text: draft.text,
      attachments: draft.attachments ?? [],
      clientMessageId: draft.clientMessageId,
      createdBy: draft.senderId,
      createdAt: now,
      state: 'scheduled',
      dueAt: now,
    })
    return record.toObject()
  }

  async function sendOnce(draft: AnnouncementDraft): Promise<Appended> {
    const { senderId, clientMessageId } = draft
    const findMessage = () => messages.findOne({ filter: { senderId, clientMessageId } })
    const first = await findMessage()
    if (first) return { record: first, repeated: true }
    const known = await Broadcast.findOne({ createdBy: senderId, clientMessageId }).lean()
    const broadcast = known ?? (await create(draft))
    if (broadcast.state !== 'scheduled' && broadcast.state !== 'sending') throw new AppError('broadcast_not_sendable')
    await sending.runOrSchedule(broadcast._id.toHexString(), broadcast.dueAt ?? broadcast.createdAt)
    const record = await findMessage()
    if (!record) throw new AppError('announcement_in_progress')
    return { record, repeated: known !== null }
  }

  return {
    // Without the mutex, a repeat on another node finds the broadcast while the first node sends it.
    announce: (draft) => mutex(`announcements ${draft.senderId.toHexString()}`, () => sendOnce(draft)),
  }
}
