import { z } from 'zod'
import {
  fold,
  codePoints,
  LIMITS,
  REGISTRATION_MODES,
  RETENTION_ACTIONS,
  WORD_ACTIONS,
  type ServerSettings,
  type ServerSettingsInput,
} from '../contract/index.ts'
import type { Actor } from '../lib/delivery.ts'
import { validate } from '../lib/validate.ts'
import type { SettingService } from './setting.service.ts'
import { trimmedText } from '../lib/textSchemas.ts'

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

const domain = z
  .string({ error: 'must be a domain' })
  .transform((text) => text.trim().toLowerCase().replace(/^@/, ''))
  .refine(
    (text) => text.length <= 253 && /^[^\s@<>()[\]\\,;:".]+(?:\.[^\s@<>()[\]\\,;:".]+)+$/u.test(text),
    'must be a domain, such as school.example',
  )

const word = z
  .string({ error: 'must be a text' })
  .transform((text) => text.normalize('NFC').trim())
  .refine(
    (text) => codePoints(text) <= LIMITS.filteredWordMax,
    `must have at most ${LIMITS.filteredWordMax} characters`,
  )
  .refine((text) => fold(text.replace(/\*$/, '')) !== '', 'must have a letter or another sign')

const rule = z.strictObject({
  days: z
    .number({ error: 'must be a number of days, or null' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(LIMITS.retentionDaysMax, `must be at most ${LIMITS.retentionDaysMax}`)
    .nullable(),
  action: oneOf(RETENTION_ACTIONS),
})

export const retentionSchema = z.strictObject({ direct: rule, group: rule, broadcast: rule })

const settingsSchema = z.strictObject({
  registration: z
    .strictObject({
      mode: oneOf(REGISTRATION_MODES),
      domains: z
        .array(domain, { error: 'must be a list of domains' })
        .max(LIMITS.registrationDomainsMax, `must have at most ${LIMITS.registrationDomainsMax} entries`),
    })
    .optional(),
  words: z
    .array(z.strictObject({ word, action: oneOf(WORD_ACTIONS) }), { error: 'must be a list of words' })
    .max(LIMITS.filteredWordsMax, `must have at most ${LIMITS.filteredWordsMax} entries`)
    .optional(),
  retention: retentionSchema.optional(),
  maintenance: z
    .strictObject({ text: trimmedText(LIMITS.maintenanceMax).refine((text) => text !== '', 'must not be empty') })
    .nullable()
    .optional(),
}) satisfies z.ZodType<ServerSettingsInput>

export interface SettingController {
  get(): Promise<ServerSettings>

  /** @throws AppError `invalid_input` */
  change(_actor: Actor, input: unknown): Promise<ServerSettings>
}

export function createSettingController(settings: SettingService): SettingController {
  return {
    get: async () => settings.all(),

    async change(_actor, input) {
      const { registration, words, retention, maintenance } = validate<z.output<typeof settingsSchema>>(
        settingsSchema,
        input,
      )
      await settings.change({
        ...(registration && { registration }),
        ...(words && { words }),
        ...(retention && { retention }),
        ...(maintenance !== undefined && { maintenance }),
      })
      return settings.all()
    },
  }
}
