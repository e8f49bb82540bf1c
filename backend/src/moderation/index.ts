import type { Core } from '../core.ts'
import type { SettingService } from '../settings/index.ts'
import { createModerationService, type ModerationService } from './moderation.service.ts'
import { createMuteService } from './mute.service.ts'

export type { ModerationService } from './moderation.service.ts'

/** Builds muting and the word filter, which the server asks before it stores a text. */
export async function createModeration(
  { models, cacheInvalidation, logger }: Core,
  { settings }: { settings: SettingService },
): Promise<ModerationService> {
  const mutes = await createMuteService(models, cacheInvalidation, logger)
  return createModerationService({ models, settings, mutes, logger })
}
