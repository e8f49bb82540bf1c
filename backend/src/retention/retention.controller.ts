import { z } from 'zod'
import type { Retention, RetentionCount, RetentionDryRunInput, RetentionRun } from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import { retentionSchema, type SettingService } from '../settings/index.ts'
import type { RetentionRunService } from './retentionRun.service.ts'

const dryRunSchema = z.strictObject({ retention: retentionSchema.optional() }) satisfies z.ZodType<RetentionDryRunInput>

/** Removes old messages on request. The router lets only admins in. */
export interface RetentionController {
  /**
   * Counts the messages that would be removed now, by these rules or by those of the settings. Changes nothing. @throws
   * AppError `invalid_input`
   */
  dryRun(_actor: Actor, input: unknown): Promise<RetentionCount>

  /** Begins a run, unless one is running. The run continues after the answer. */
  run(): Promise<RetentionRun>

  /** Returns the state of the newest run. */
  get(): Promise<RetentionRun>
}

/** Creates the controller. */
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
