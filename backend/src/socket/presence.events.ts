import { z } from 'zod'
import { LIMITS, type PresenceStates, type WatchPresenceInput } from '../contract/index.ts'
import type { RateLimit } from '../lib/delivery.ts'
import { invalidField } from '../lib/errors.ts'
import { idSchema, validate } from '../lib/validate.ts'
import type { Presence } from './presence.service.ts'
import type { ConnectionEvents } from './socket.events.ts'

const userIds = z.array(idSchema).max(LIMITS.presenceWatchedMax).default([])
const watchPresenceSchema = z.strictObject({
  add: userIds,
  remove: userIds,
}) satisfies z.ZodType<WatchPresenceInput>

/** Returns the event by which a connection names the users whose presence it shows. */
export function presenceEvents(
  { watches, statesOf }: Pick<Presence, 'watches' | 'statesOf'>,
  watchLimit: RateLimit,
): ConnectionEvents {
  return {
    requests: {
      /** @throws AppError `invalid_input`, also when there would be too many, `rate_limited` */
      async watchPresence(socket, input): Promise<PresenceStates> {
        const { add, remove } = validate<z.output<typeof watchPresenceSchema>>(watchPresenceSchema, input)
        await watchLimit.take(socket.data.actor.userId)
        // Closed meanwhile: it would be watched for ever.
        if (!socket.connected) return statesOf([])
        const watched = new Set(socket.data.watched)
        for (const id of remove) watched.delete(id)
        for (const id of add) watched.add(id)
        if (watched.size > LIMITS.presenceWatchedMax)
          throw invalidField('add', 'too_many', { max: LIMITS.presenceWatchedMax })
        watches.remove(socket, remove)
        watches.add(socket, add)
        return statesOf(add)
      },
    },
  }
}
