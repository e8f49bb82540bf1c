import { z } from 'zod'
import {
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
  type SendBroadcastInput,
} from '../contract/index.ts'
import { cursorSchema, fieldCode, idListSchema, idSchema, limitSchema, textSchema } from '../lib/validate.ts'
import { idempotent, type Idempotent } from '../lib/idempotency.ts'
import { fromRevisionSchema } from '../lib/schemas/revisionSchemas.ts'
import { attachmentIds, userLine, userText } from '../lib/schemas/textSchemas.ts'

const time = z.iso.datetime({ offset: true, error: fieldCode('must_be_time') })
const ids = z.array(idSchema).min(1).max(LIMITS.broadcastAudienceMax)
const audience = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('everybody') }),
    z.strictObject({
      kind: z.literal('roles'),
      roles: z.array(z.enum(USER_ROLES)).min(1).max(USER_ROLES.length),
    }),
    z.strictObject({ kind: z.literal('groups'), ids }),
    z.strictObject({ kind: z.literal('people'), ids }),
  ],
  { error: fieldCode('must_be_one_of', { values: ['everybody', 'roles', 'groups', 'people'] }) },
) satisfies z.ZodType<BroadcastAudience>

const title = userLine(LIMITS.titleMax)
const text = userText(LIMITS.messageMax)
const draft = {
  title,
  text,
  attachmentIds: attachmentIds.optional(),
  priority: z.enum(BROADCAST_PRIORITIES).optional(),
  audience: audience.optional(),
  needsAcknowledgement: z.boolean().optional(),
  sendAt: time.nullable().optional(),
  timeZone: z
    .string({ error: fieldCode('must_be_time_zone') })
    .max(64)
    .refine(isTimeZone, fieldCode('must_be_time_zone'))
    .optional(),
  expiresAt: time.nullable().optional(),
}

export const draftSchema = z.strictObject({ ...draft, ...idempotent }) satisfies z.ZodType<
  DraftBroadcastInput & Idempotent
>
export const idOnlySchema = z.strictObject({ id: idSchema })
export const sendSchema = z.strictObject({
  id: idSchema,
  fromRevision: fromRevisionSchema,
  ...idempotent,
}) satisfies z.ZodType<SendBroadcastInput & Idempotent>
export const editDraftSchema = z.strictObject({
  id: idSchema,
  ...draft,
  title: title.optional(),
  text: text.optional(),
  fromRevision: fromRevisionSchema,
}) satisfies z.ZodType<EditDraftInput>
export const reviseSchema = z.strictObject({
  id: idSchema,
  title: title.optional(),
  text: text.optional(),
  isMaterial: z.boolean(),
  fromRevision: z.number().int().min(1).optional(),
}) satisfies z.ZodType<ReviseBroadcastInput>
export const acknowledgeSchema = z.strictObject({
  id: idSchema,
  revision: z.number().int().min(1),
}) satisfies z.ZodType<AcknowledgeInput>
export const remindSchema = z
  .strictObject({
    id: idSchema,
    everySeconds: z.number().int().min(LIMITS.remindSecondsMin).max(LIMITS.remindSecondsMax).optional(),
    until: time.optional(),
    ...idempotent,
  })
  .refine(({ everySeconds, until }) => (everySeconds === undefined) === (until === undefined), {
    path: ['until'],
    message: fieldCode('all_or_none_of', { fields: ['everySeconds', 'until'] }),
  }) satisfies z.ZodType<RemindInput & Idempotent>

const cursor = cursorSchema(200).optional()
export const listSchema = z.strictObject({
  show: z.enum(BROADCAST_LISTS).default('all'),
  cursor,
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})
export const mineSchema = z.strictObject({ ids: idListSchema(LIMITS.broadcastIdsMax) })
export const ledgerSchema = z.strictObject({
  id: idSchema,
  state: z.enum(RECIPIENT_STATES).optional(),
  q: textSchema(LIMITS.searchMax).default(''),
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
