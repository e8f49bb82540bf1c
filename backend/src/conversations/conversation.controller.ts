import { Types } from 'mongoose'
import { z } from 'zod'
import { LIMITS, type Conversation, type OpenConversationInput, type Page } from '../contract/index.ts'
import { decodeCursor, encodeCursor, timePlace } from '../lib/cursor.ts'
import type { Actor, RateLimit } from '../lib/delivery.ts'
import { cursorSchema, idSchema, limitSchema, validate } from '../lib/validate.ts'
import { ANNOUNCEMENTS_OBJECT_ID } from '../models/conversation.model.ts'
import type { Models } from '../models/index.ts'
import type { MessageLog } from '../messageLog/index.ts'
import { requireConversation } from './conversationAccess.service.ts'
import { toConversationView, toConversationViews } from './conversationView.service.ts'
import { openDirectConversation } from './directConversation.service.ts'
import { listUnreadConversations } from './unreadConversation.repository.ts'

const listSchema = z.strictObject({
  cursor: cursorSchema(500).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
  unread: z.literal('true').optional(),
})
const getSchema = z.strictObject({ conversationId: idSchema })
const openSchema = z.strictObject({ userId: idSchema }) satisfies z.ZodType<OpenConversationInput>

/** The last conversation of a page: [lastActivityAt in milliseconds, id]. */
const placeSchema = z.tuple([timePlace, idSchema])

export interface ConversationControllerDeps {
  models: Models
  log: MessageLog
  openLimit: RateLimit
}

/** The conversations of a user. */
export interface ConversationController {
  /**
   * Lists the actor's conversations, newest first; with `unread`, as `listUnreadConversations` does. The cost grows
   * with the number of the actor's conversations. It is paid here, once a visit, so that a message to a thousand users
   * need not write a thousand documents.
   * @throws AppError `invalid_input`
   */
  list(actor: Actor, input: unknown): Promise<Page<Conversation>>
  /** Returns one conversation. @throws AppError `invalid_input`, `not_found` */
  get(actor: Actor, input: unknown): Promise<Conversation>
  /**
   * Returns the direct conversation with a user. Creates it when there is none.
   * @throws AppError `invalid_input`, `not_found`, `rate_limited`
   */
  open(actor: Actor, input: unknown): Promise<Conversation>
}

/** Creates the controller of conversations. */
export function createConversationController({
  models,
  log,
  openLimit,
}: ConversationControllerDeps): ConversationController {
  return {
    async list(actor, input) {
      const { cursor, limit, unread } = validate(listSchema, input)
      await log.settled()
      if (unread) return listUnreadConversations(models, actor, cursor, limit)
      const rows = await models.Participant.find({ userId: actor.userId, leftAt: null }, { conversationId: 1 }).lean()
      const found = await models.Conversation.find({
        _id: { $in: [ANNOUNCEMENTS_OBJECT_ID, ...rows.map(({ conversationId }) => conversationId)] },
        ...beyond(cursor),
      })
        .sort({ lastActivityAt: -1, _id: -1 })
        .limit(limit + 1)
        .lean()
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        items: await toConversationViews(models, actor, page),
        nextCursor:
          last?.lastActivityAt && found.length > limit
            ? encodeCursor([last.lastActivityAt.getTime(), last._id.toHexString()])
            : null,
      }
    },

    async get(actor, input) {
      const { conversationId } = validate(getSchema, input)
      await log.settled()
      return toConversationView(models, actor, await requireConversation(models, actor, conversationId))
    },

    async open(actor, input) {
      const { userId } = validate(openSchema, input)
      await openLimit.take(actor.userId)
      await log.settled()
      return toConversationView(models, actor, await openDirectConversation(models, actor, userId))
    },
  }
}

/**
 * Returns the condition for the conversations after a cursor. It compares dates only: a conversation without messages
 * has no date, and is in no list.
 */
function beyond(cursor: string | undefined) {
  if (cursor === undefined) return { lastActivityAt: { $gt: new Date(0) } }
  const [time, id] = decodeCursor(placeSchema, cursor)
  const lastActivityAt = new Date(time)
  return {
    $or: [{ lastActivityAt: { $lt: lastActivityAt } }, { lastActivityAt, _id: { $lt: new Types.ObjectId(id) } }],
  }
}
