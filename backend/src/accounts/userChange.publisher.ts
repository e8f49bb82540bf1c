import type { Delivery } from '../lib/delivery.ts'
import type { Logger } from '../lib/logger.ts'
import type { Models } from '../models/index.ts'
import { recordUserChange } from './userChange.repository.ts'

export interface UserChangePublisher {
  /** The delivery that it was given, which stores each `userChanged` before it sends the event. */
  delivery: Delivery
  /** Waits until all changes so far were stored and sent. */
  settled(): Promise<void>
}

/** Stores each change of a user for the clients that miss its event. One change after the other, so that events keep their order. */
export function createUserChangePublisher(
  models: Pick<Models, 'UserChange'>,
  delivery: Delivery,
  logger: Logger,
): UserChangePublisher {
  let tail: Promise<void> = Promise.resolve()
  return {
    delivery: {
      ...delivery,
      userChanged(user, isNew = true) {
        tail = tail
          .then(() => recordUserChange(models, user.id))
          .catch((error: unknown) =>
            logger.error({ err: error, userId: user.id }, 'the change of a user was not stored'),
          )
          .then(() => (isNew ? delivery.userChanged(user) : undefined))
        return tail
      },
    },
    settled: () => tail,
  }
}
