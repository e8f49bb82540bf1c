import { z } from 'zod'
import type { TypingInput } from '../contract/index.ts'
import type { Actor, Delivery } from '../lib/ports.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { Models } from '../models/index.ts'
import { participantsOf } from './conversationAccess.ts'
import { createTargets } from './messageTarget.ts'

const typingSchema = z.strictObject({ conversationId: idSchema, isTyping: z.boolean({ error: 'must be true or false' }) }) satisfies z.ZodType<TypingInput>

/** Passes on who types, to the other participants only; nothing is kept. In the announcements nobody is told. */
export function typingController({ models, delivery }: { models: Models; delivery: Delivery }) {
  const target = createTargets(models)

  /** @throws AppError `invalid_input`, `not_found` */
  return async (actor: Actor, input: unknown): Promise<void> => {
    const { conversationId, isTyping } = validate(typingSchema, input)
    const conversation = await target({ conversationId }, actor)
    const others = participantsOf(conversation, actor.userId).filter((id) => id !== actor.userId)
    delivery.typing({ conversationId, userId: actor.userId, isTyping }, others)
  }
}
