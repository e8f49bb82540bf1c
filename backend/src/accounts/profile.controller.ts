import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { OwnUser, SettingsInput } from '../contract/index.ts'
import { AppError } from '../lib/errors.ts'
import type { Actor, Delivery } from '../lib/delivery.ts'
import type { CreateRateLimit } from '../lib/rateLimit.ts'
import { fromRevisionSchema, storedRevision } from '../lib/schemas/revisionSchemas.ts'
import { validate } from '../lib/validate.ts'
import { RATE_LIMITS } from '../lib/limits/rateLimits.ts'
import type { ModerationService } from '../moderation/index.ts'
import { nameFields, toOwnUser, toUser, type UserModel, type UserRecord } from '../models/user.model.ts'
import { bioSchema, fullNameSchema, statusTextSchema } from './auth.schemas.ts'
import { updateNamesakes } from './namesake.service.ts'
import { requireFreeFullName } from './user.repository.ts'

export interface ProfileControllerDeps {
  users: UserModel
  delivery: Delivery
  moderation: Pick<ModerationService, 'refusal'>
  createRateLimit: CreateRateLimit
}

/** A user's own profile and personal settings. */
export interface ProfileController {
  /** Returns the actor's own account. @throws AppError `session_ended` (the account is gone) */
  get(actor: Actor): Promise<OwnUser>
  /**
   * Changes the actor's profile and settings, and sends a changed profile to every connection.
   * @throws AppError `invalid_input`, `outdated_revision` (edited after `fromRevision`), `muted`, `text_refused`, `rate_limited`, `session_ended` (the account is gone)
   */
  update(actor: Actor, input: unknown): Promise<OwnUser>
}

/** Creates the controller of a user's own profile. */
export function createProfileController({
  users,
  delivery,
  moderation,
  createRateLimit,
}: ProfileControllerDeps): ProfileController {
  const profileLimit = createRateLimit({ name: 'profile_changes', ...RATE_LIMITS.profile_changes })

  return {
    async get(actor) {
      const user = await users.findById(actor.userId).lean()
      if (!user) throw new AppError('account_gone')
      return toOwnUser(user)
    },

    async update(actor, input) {
      const { fullName, bio, statusText, hidesReadReceipts, fromRevision } = validate<z.output<typeof settingsSchema>>(
        settingsSchema,
        input,
      )
      const isProfile = fullName !== undefined || bio !== undefined || statusText !== undefined
      const refusal = isProfile && moderation.refusal(actor.userId, [fullName, bio, statusText])
      if (refusal) throw refusal
      if (isProfile) await profileLimit.take(actor.userId)
      const before = await users.findById(actor.userId).lean()
      if (!before) throw new AppError('account_gone')
      if (fullName !== undefined) requireFreeFullName(fullName, before.role)
      const texts = {
        ...(bio !== undefined && { bio }),
        ...(statusText !== undefined && { statusText }),
        ...(fullName !== undefined && nameFields(before.username, fullName)),
      }
      const changesTexts = hasOtherTexts(before, texts)
      const update = {
        ...(hidesReadReceipts !== undefined && { hidesReadReceipts }),
        // Texts that do not differ are not written: another device may change them at this moment.
        ...(changesTexts && texts),
      }
      const stored = await users
        .findOneAndUpdate(
          {
            _id: actor.userId,
            state: { $ne: 'deleted' },
            ...(changesTexts && fromRevision !== undefined && { profileRevision: storedRevision(fromRevision) }),
          },
          { $set: update, ...(changesTexts && { $inc: { profileRevision: 1 } }) },
          { returnDocument: 'after' },
        )
        .lean()
      if (!stored) throw profileEdited(await users.findById(actor.userId).lean())
      const skeletons = fullName === undefined ? [] : [before.fullNameSkeleton, stored.fullNameSkeleton]
      const remarked = await updateNamesakes(users, skeletons)
      const own = remarked.find(({ _id }) => _id.equals(stored._id))
      for (const namesake of remarked) if (namesake !== own) await delivery.userChanged(toUser(namesake))
      const user = own ?? stored
      if (changesTexts || user.hidesReadReceipts !== before.hidesReadReceipts) delivery.ownUserChanged(toOwnUser(user))
      if (isProfile) await delivery.userChanged(toUser(user), !isDeepStrictEqual(toUser(user), toUser(before)))
      return toOwnUser(user)
    },
  }
}

/** Tells whether an update changes a text of the profile. A repeat of a request changes none. */
function hasOtherTexts(before: UserRecord, update: Partial<ProfileTexts>): boolean {
  return PROFILE_TEXTS.some((name) => update[name] !== undefined && update[name] !== before[name])
}

/** Returns why a profile was not updated: it is at another revision, or the account is gone. */
function profileEdited(now: UserRecord | null): AppError {
  if (!now || now.state === 'deleted') return new AppError('account_gone')
  const { fullName, statusText, bio, profileRevision = 0 } = now
  return new AppError('profile_edited', { fullName, statusText, bio, revision: profileRevision })
}

const PROFILE_TEXTS = ['fullName', 'statusText', 'bio'] as const
type ProfileTexts = Pick<UserRecord, (typeof PROFILE_TEXTS)[number]>

const settingsSchema = z.strictObject({
  fullName: fullNameSchema.optional(),
  bio: bioSchema.optional(),
  statusText: statusTextSchema.optional(),
  hidesReadReceipts: z.boolean().optional(),
  fromRevision: fromRevisionSchema,
}) satisfies z.ZodType<SettingsInput>
