import { z } from 'zod'
import {
  fold,
  LIMITS,
  REGISTRATION_MODES,
  RETENTION_ACTIONS,
  WORD_ACTIONS,
  type ServerSettingsInput,
  type SettingName,
  type VersionedSettings,
} from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { fromRevisionSchema } from '../lib/schemas/revisionSchemas.ts'
import { fieldCode, validate } from '../lib/validate.ts'
import { SETTING_NAMES, type SettingService } from './setting.service.ts'
import { userLine, userText } from '../lib/schemas/textSchemas.ts'

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values)

const domain = z
  .string({ error: fieldCode('must_be_domain') })
  .refine((text) => text.isWellFormed(), fieldCode('must_be_domain'))
  .transform((text) => text.trim().toLowerCase().replace(/^@/, ''))
  .refine(
    (text) => text.length <= 253 && /^[^\s@<>()[\]\\,;:".]+(?:\.[^\s@<>()[\]\\,;:".]+)+$/u.test(text),
    fieldCode('must_be_domain'),
  )

const word = userLine(LIMITS.filteredWordMax).refine(
  (text) => fold(text.replace(/\*$/, '')) !== '',
  fieldCode('has_no_letter'),
)

const rule = z.strictObject({
  days: z.number().int().min(1).max(LIMITS.retentionDaysMax).nullable(),
  action: oneOf(RETENTION_ACTIONS),
})

export const retentionSchema = z.strictObject({ direct: rule, group: rule, broadcast: rule })

const settings = {
  registration: z
    .strictObject({
      mode: oneOf(REGISTRATION_MODES),
      domains: z.array(domain).max(LIMITS.registrationDomainsMax),
    })
    .optional(),
  words: z
    .array(z.strictObject({ word, action: oneOf(WORD_ACTIONS) }))
    .max(LIMITS.filteredWordsMax)
    .optional(),
  retention: retentionSchema.optional(),
  maintenance: z
    .strictObject({
      text: userText(LIMITS.maintenanceMax).refine((text) => text !== '', fieldCode('must_not_be_empty')),
    })
    .nullable()
    .optional(),
}

const settingsSchema = z
  .strictObject({ ...settings, fromRevision: fromRevisionSchema })
  .refine(({ fromRevision, ...changes }) => fromRevision === undefined || changedNames(changes).length === 1, {
    message: fieldCode('exactly_one_of', { fields: SETTING_NAMES }),
  }) satisfies z.ZodType<ServerSettingsInput>

const changedNames = (changes: { [K in SettingName]?: unknown }): SettingName[] =>
  SETTING_NAMES.filter((name) => changes[name] !== undefined)

export interface SettingController {
  get(): Promise<VersionedSettings>

  /**
   * Changes settings.
   * @throws AppError `invalid_input`, `outdated_revision` (changed after `fromRevision`; then the settings stay)
   */
  change(_actor: Actor, input: unknown): Promise<VersionedSettings>
}

/** Creates the controller of the server settings. */
export function createSettingController(settings: SettingService): SettingController {
  return {
    get: async () => settings.versioned(),

    async change(_actor, input) {
      const { registration, words, retention, maintenance, fromRevision } = validate<z.output<typeof settingsSchema>>(
        settingsSchema,
        input,
      )
      await settings.change(
        {
          ...(registration && { registration }),
          ...(words && { words }),
          ...(retention && { retention }),
          ...(maintenance !== undefined && { maintenance }),
        },
        fromRevision,
      )
      return settings.versioned()
    },
  }
}
