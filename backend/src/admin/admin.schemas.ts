import { z } from 'zod'
import {
  codePoints,
  ACCOUNT_STATES,
  ADMIN_USER_SORTS,
  LIMITS,
  USER_ROLES,
  type AdminUserQuery,
  type DeleteUserInput,
  type MuteInput,
  type UserRoleInput,
} from '../contract/index.ts'
import { idListSchema, idSchema, pageOf } from '../lib/validate.ts'

/** Rules of the admins' requests. */

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

export const listUsersSchema = z.strictObject({
  q: z
    .string({ error: 'must be text, given once' })
    .refine((text) => codePoints(text) <= LIMITS.emailMax, `must have at most ${LIMITS.emailMax} characters`)
    .default(''),
  role: oneOf(USER_ROLES).optional(),
  state: oneOf(ACCOUNT_STATES).optional(),
  sort: oneOf(ADMIN_USER_SORTS).default('name'),
  ...pageOf,
}) satisfies z.ZodType<AdminUserQuery>

export const listGroupsSchema = z.strictObject({
  q: z
    .string({ error: 'must be text, given once' })
    .refine((text) => codePoints(text) <= LIMITS.searchMax, `must have at most ${LIMITS.searchMax} characters`)
    .default(''),
  ids: idListSchema(LIMITS.groupIdsMax).optional(),
  ...pageOf,
})

export const roleSchema = z.strictObject({ id: idSchema, role: oneOf(USER_ROLES) }) satisfies z.ZodType<
  UserRoleInput & { id: string }
>

export const muteSchema = z.strictObject({
  id: idSchema,
  until: z.iso
    .datetime({ offset: true, error: 'must be a time as ISO 8601, or null' })
    .refine((text) => Date.parse(text) <= Date.now() + LIMITS.muteSecondsMax * 1000, 'must be at most a year ahead')
    .nullable(),
}) satisfies z.ZodType<MuteInput & { id: string }>

export const deleteUserSchema = z.strictObject({
  id: idSchema,
  messages: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
      error: 'must be true or false',
    })
    .default(false),
}) satisfies z.ZodType<DeleteUserInput & { id: string }>
