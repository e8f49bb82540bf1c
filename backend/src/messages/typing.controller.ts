import { z } from 'zod'
import { EVERYBODY, type Typing, type TypingInput } from '../contract/index.ts'
import type { Actor, Delivery, RateLimit } from '../lib/delivery.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import type { BlockRepository } from '../contacts/index.ts'
import { audienceOf, createMessageTargetFinder } from '../conversations/index.ts'

const typingSchema = z.strictObject({
  conversationId: idSchema,
  isTyping: z.boolean(),
}) satisfies z.ZodType<TypingInput>

export interface TypingControllerDeps {
  models: Models
  delivery: Delivery
  blockRepository: BlockRepository
  typingLimit: RateLimit
}

/** Passes on who types. Nothing is stored. */
export interface TypingController {
  /**
   * Tells the other participants that the actor types, or has stopped. Sends nothing in the broadcast conversation, nor
   * when one of two users blocks the other.
   * @throws AppError `invalid_input`, `rate_limited`, `not_found`
   */
  setTyping(actor: Actor, input: unknown): Promise<void>
}

/** Creates the controller of typing. */
export function createTypingController({
  models,
  delivery,
  blockRepository,
  typingLimit,
}: TypingControllerDeps): TypingController {
  const targets = createMessageTargetFinder(models)

  return { setTyping }

  async function setTyping(actor: Actor, input: unknown): Promise<void> {
    const { conversationId, isTyping } = validate(typingSchema, input)
    await typingLimit.take(actor.userId)
    const conversation = await targets.find({ conversationId }, actor)
    const audience = audienceOf(conversation, actor.userId)
    if (audience === EVERYBODY) return
    const typing: Typing = { conversationId, userId: actor.userId, isTyping }
    if (!Array.isArray(audience)) {
      delivery.typing(typing, { ...audience, except: [actor.userId] })
      return
    }
    const other = audience.find((id) => id !== actor.userId)
    if (other === undefined) return
    const blocks = await blockRepository.between(actor.userId, other)
    if (!blocks.own && !blocks.other) delivery.typing(typing, [other])
  }
}
