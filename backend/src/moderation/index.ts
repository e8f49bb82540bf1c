import type { Core } from '../core.ts'
import type { SettingService } from '../settings/index.ts'
import { createModerationService, type ModerationService } from './moderation.service.ts'

export type { ModerationService } from './moderation.service.ts'

/** Builds muting and the word filter, which the server asks before it keeps a text. */
export function createModeration(core: Core, { settings }: { settings: SettingService }): Promise<ModerationService> {
  return createModerationService(core.models, settings, core.cacheInvalidation, core.logger)
}
