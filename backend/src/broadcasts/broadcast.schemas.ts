import { z } from 'zod'
import {
  codePoints,
  BROADCAST_LISTS,
  BROADCAST_PRIORITIES,
  LIMITS,
  RECIPIENT_STATES,
  USER_ROLES,
  type AcknowledgeInput,
  type BroadcastAudience,
  type DraftBroadcastInput,
  type EditDraftInput,
  type RemindInput,
  type ReviseBroadcastInput,
} from '../contract/index.ts'
import { idListSchema, idSchema, limitSchema } from '../lib/validate.ts'
import { trimmedText } from '../lib/textSchemas.ts'

const time = z.iso.datetime({ offset: true, error: 'must be a time in ISO 8601, with Z or an offset' })
const ids = (what: string) =>
  z
    .array(idSchema, { error: `must be a list of ${what}` })
    .min(1, 'must not be empty')
    .max(LIMITS.broadcastAudienceMax, `must have at most ${LIMITS.broadcastAudienceMax} entries`)
const audience = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('everybody') }),
    z.strictObject({
      kind: z.literal('roles'),
      roles: z
        .array(z.enum(USER_ROLES, { error: 'must be a role' }))
        .min(1, 'must not be empty')
        .max(USER_ROLES.length),
    }),
    z.strictObject({ kind: z.literal('groups'), ids: ids('groups') }),
    z.strictObject({ kind: z.literal('people'), ids: ids('people') }),
  ],
  { error: 'must be everybody, roles, groups or people' },
) satisfies z.ZodType<BroadcastAudience>

const title = trimmedText(LIMITS.titleMax)
const text = trimmedText(LIMITS.messageMax)
const draft = {
  title,
  text,
  attachmentIds: z
    .array(idSchema, { error: "must be a list of uploads' ids" })
    .max(LIMITS.attachmentsMax, `must have at most ${LIMITS.attachmentsMax} entries`)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name one twice')
    .optional(),
  priority: z.enum(BROADCAST_PRIORITIES, { error: `must be one of ${BROADCAST_PRIORITIES.join(', ')}` }).optional(),
  audience: audience.optional(),
  needsAcknowledgement: z.boolean({ error: 'must be true or false' }).optional(),
  sendAt: time.nullable().optional(),
  timeZone: z
    .string({ error: 'must be the name of a time zone' })
    .max(64, 'is too long')
    .refine(isTimeZone, 'is not the name of a time zone')
    .optional(),
  expiresAt: time.nullable().optional(),
}

export const draftSchema = z.strictObject(draft) satisfies z.ZodType<DraftBroadcastInput>
export const idOnlySchema = z.strictObject({ id: idSchema })
export const editDraftSchema = z.strictObject({
  id: idSchema,
  ...draft,
  title: title.optional(),
  text: text.optional(),
}) satisfies z.ZodType<EditDraftInput>
export const reviseSchema = z.strictObject({
  id: idSchema,
  title: title.optional(),
  text: text.optional(),
  isMaterial: z.boolean({ error: 'must be true or false' }),
}) satisfies z.ZodType<ReviseBroadcastInput>
export const acknowledgeSchema = z.strictObject({
  id: idSchema,
  revision: z.number({ error: 'must be a number' }).int('must be a whole number').min(1, 'must be at least 1'),
}) satisfies z.ZodType<AcknowledgeInput>
export const remindSchema = z
  .strictObject({
    id: idSchema,
    everySeconds: z
      .number({ error: 'must be a number' })
      .int('must be a whole number')
      .min(LIMITS.remindSecondsMin, `must be at least ${LIMITS.remindSecondsMin}`)
      .max(LIMITS.remindSecondsMax, `must be at most ${LIMITS.remindSecondsMax}`)
      .optional(),
    until: time.optional(),
  })
  .refine(({ everySeconds, until }) => (everySeconds === undefined) === (until === undefined), {
    path: ['until'],
    message: 'give everySeconds and until together',
  }) satisfies z.ZodType<RemindInput>

const cursor = z
  .string({ error: 'must be the nextCursor of a page' })
  .max(200, 'is not a cursor of this list')
  .optional()
export const listSchema = z.strictObject({
  show: z.enum(BROADCAST_LISTS, { error: `must be one of ${BROADCAST_LISTS.join(', ')}` }).default('all'),
  cursor,
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})
export const mineSchema = z.strictObject({ ids: idListSchema(LIMITS.broadcastIdsMax) })
export const ledgerSchema = z.strictObject({
  id: idSchema,
  state: z.enum(RECIPIENT_STATES, { error: `must be one of ${RECIPIENT_STATES.join(', ')}` }).optional(),
  q: z
    .string({ error: 'must be text, given once' })
    .refine((text) => codePoints(text) <= LIMITS.searchMax, `must have at most ${LIMITS.searchMax} characters`)
    .default(''),
  cursor,
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
