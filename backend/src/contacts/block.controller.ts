import { Types } from 'mongoose'
import type { z } from 'zod'
import type { Block, BlockInput, Page } from '../contract/index.ts'
import { invalidField } from '../lib/errors.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import { blockId } from '../models/block.model.ts'
import { directConversationId } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import { isHiddenFrom } from '../models/message.model.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { afterUser, cursorOf, userListSchema, userIdInputSchema } from './contact.controller.ts'
import type { BlockRepository } from './block.repository.ts'
import { NOT_DELETED, requireUsers, usersById } from '../accounts/index.ts'

const blockSchema = userIdInputSchema satisfies z.ZodType<BlockInput>

export interface BlockControllerDeps {
  models: Models
  blocks: BlockRepository
  log: MessageLog
  delivery: Delivery
  changeLimit: RateLimit
}

/**
 * The users whose direct messages a user does not want. The blocked user cannot ask for or receive anything that shows
 * it.
 */
export interface BlockController {
  /** Lists the users that the actor blocks, by id. @throws AppError `invalid_input` */
  list(actor: Actor, input: unknown): Promise<Page<Block>>
  /**
   * Blocks a user. A repeat changes nothing.
   * @throws AppError `invalid_input` (also for the actor's own id), `not_found`, `rate_limited`
   */
  block(actor: Actor, input: unknown): Promise<Block>
  /**
   * Ends a block. Messages written during the block stay hidden and count as read. Does nothing when there is no block.
   * @throws AppError `invalid_input`, `rate_limited`
   */
  unblock(actor: Actor, input: unknown): Promise<void>
}

/** Creates the controller of blocks. `changeLimit` counts the changes of one user. */
export function createBlockController({
  models,
  blocks,
  log,
  delivery,
  changeLimit,
}: BlockControllerDeps): BlockController {
  const { Block, Participant, Conversation } = models

  return {
    async list(actor, input) {
      const { cursor, limit } = validate(userListSchema, input)
      const found = await Block.find({
        blockerId: new Types.ObjectId(actor.userId),
        ...afterUser('blockedId', cursor),
      })
        .sort({ blockedId: 1 })
        .limit(limit + 1)
        .lean()
      const page = found.slice(0, limit)
      const users = await usersById(
        models,
        page.map(({ blockedId }) => blockedId),
        NOT_DELETED,
      )
      return {
        items: page.flatMap(({ blockedId, createdAt }) => {
          const user = users.get(blockedId.toHexString())
          return user ? [{ user, since: createdAt.toISOString() }] : []
        }),
        nextCursor: found.length > limit ? cursorOf(page.at(-1)?.blockedId) : null,
      }
    },

    async block(actor, input) {
      const { userId } = validate(blockSchema, input)
      if (userId === actor.userId) {
        throw invalidField('userId', 'must_be_another_user')
      }
      await changeLimit.take(actor.userId)
      const [blockerId, blockedId] = [new Types.ObjectId(actor.userId), new Types.ObjectId(userId)]
      await requireUsers(models, [blockedId], NOT_DELETED)
      const conversationId = directConversationId(blockerId, blockedId)
      const row = await Participant.findOne({ conversationId, userId: blockerId }).lean()
      const block = {
        _id: blockId(actor.userId, userId),
        blockerId,
        blockedId,
        createdAt: new Date(),
        readSeq: row?.readSeq ?? 0,
        deliveredSeq: row?.deliveredSeq ?? 0,
      }
      if (await blocks.add(block)) await noteNewestVisible(conversationId, blockerId)
      const [user, kept] = [(await usersById(models, [blockedId])).get(userId), await Block.findById(block._id).lean()]
      if (!user) throw new Error('The blocked user is gone')
      delivery.blockChanged({ userId, isBlocked: true }, [actor.userId])
      return { user, since: (kept ?? block).createdAt.toISOString() }
    },

    async unblock(actor, input) {
      const { userId } = validate(userIdInputSchema, input)
      await changeLimit.take(actor.userId)
      const [blockerId, blockedId] = [new Types.ObjectId(actor.userId), new Types.ObjectId(userId)]
      if (!(await blocks.remove(actor.userId, userId))) return
      const conversationId = directConversationId(blockerId, blockedId)
      const lastSeq = await log.lastSeq(conversationId)
      // Nothing becomes read: hidden messages never count as unread, and the user has not seen older ones.
      await Participant.updateOne({ conversationId, userId: blockerId }, { $max: { deliveredSeq: lastSeq } })
      delivery.blockChanged({ userId, isBlocked: false }, [actor.userId])
    },
  }

  /**
   * Records the newest message that the blocker still sees, which the list shows as the last one from now on. After an
   * earlier block the newest message of all may be a hidden one; then the earlier record stays right.
   */
  async function noteNewestVisible(conversationId: Types.ObjectId, blockerId: Types.ObjectId): Promise<void> {
    await log.settled()
    const conversation = await Conversation.findById(conversationId, { lastMessage: 1 }).lean()
    const last = conversation?.lastMessage
    if (!last || isHiddenFrom(last, blockerId.toHexString())) return
    await Participant.updateOne({ conversationId, userId: blockerId }, { $set: { visibleSeq: last.seq } })
  }
}
