import { z } from 'zod'
import type { Retention, RetentionCount, RetentionDryRunInput, RetentionRun } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import { retentionSchema, type SettingService } from '../settings/index.ts'
import type { RetentionRunService } from './retentionRun.service.ts'

const dryRunSchema = z.strictObject({ retention: retentionSchema.optional() }) satisfies z.ZodType<RetentionDryRunInput>

export interface RetentionController {
  /** How many messages would go now, by these rules or by those that are set. Changes nothing. @throws AppError `invalid_input` */
  dryRun(_actor: Actor, input: unknown): Promise<RetentionCount>

  /** Begins one, unless one is under way. It goes on after this has resolved. */
  run(): Promise<RetentionRun>

  get(): Promise<RetentionRun>
}

/** What becomes of old messages; for admins, which the router sees to. */
export function createRetentionController(
  settings: Pick<SettingService, 'get'>,
  runner: RetentionRunService,
): RetentionController {
  return {
    async dryRun(_actor, input) {
      const { retention } = validate<z.output<typeof dryRunSchema>>(dryRunSchema, input)
      return runner.count(retention ?? (settings.get('retention') satisfies Retention))
    },

    run: () => runner.begin(),

    get: () => runner.state(),
  }
}
