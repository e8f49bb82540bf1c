import type { Core } from '../core.ts'
import { toOwnUser } from '../models/user.model.ts'
import type { SettingService } from '../settings/index.ts'
import { createModerationService, type ModerationService } from './moderation.service.ts'
import { createMuteService } from './mute.service.ts'

export type { ModerationService } from './moderation.service.ts'

/** Builds muting and the word filter, which the server asks before it stores a text. */
export async function createModeration(
  { models, cacheInvalidation, delivery, logger }: Core,
  { settings }: { settings: SettingService },
): Promise<ModerationService> {
  const mutes = await createMuteService(
    models,
    cacheInvalidation,
    (user) => delivery.ownUserChanged(toOwnUser(user)),
    logger,
  )
  return createModerationService({ models, settings, mutes, logger })
}
