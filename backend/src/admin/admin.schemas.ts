import { z } from 'zod'
import {
  ACCOUNT_STATES,
  ADMIN_USER_SORTS,
  LIMITS,
  USER_ROLES,
  type AdminUserQuery,
  type DeleteUserInput,
  type MuteInput,
  type UserRoleInput,
} from '../contract/index.ts'
import { fieldCode, idListSchema, idSchema, pageOf, textSchema } from '../lib/validate.ts'

/** Rules of the admins' requests. */

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values)

export const listUsersSchema = z.strictObject({
  q: textSchema(LIMITS.emailMax).default(''),
  role: oneOf(USER_ROLES).optional(),
  state: oneOf(ACCOUNT_STATES).optional(),
  sort: oneOf(ADMIN_USER_SORTS).default('name'),
  ...pageOf,
}) satisfies z.ZodType<AdminUserQuery>

export const listGroupsSchema = z.strictObject({
  q: textSchema(LIMITS.searchMax).default(''),
  ids: idListSchema(LIMITS.groupIdsMax).optional(),
  ...pageOf,
})

export const roleSchema = z.strictObject({ id: idSchema, role: oneOf(USER_ROLES) }) satisfies z.ZodType<
  UserRoleInput & { id: string }
>

export const muteSchema = z
  .strictObject({
    id: idSchema,
    seconds: z.number().int().min(1).max(LIMITS.muteSecondsMax).optional(),
    until: z.iso
      .datetime({ offset: true, error: fieldCode('must_be_time') })
      .refine((text) => Date.parse(text) > Date.now(), fieldCode('must_be_in_future'))
      .refine(
        (text) => Date.parse(text) <= Date.now() + LIMITS.muteSecondsMax * 1000,
        fieldCode('too_far_ahead', { max: LIMITS.muteSecondsMax }),
      )
      .nullable()
      .optional(),
  })
  .refine(({ seconds, until }) => (seconds === undefined) !== (until === undefined), {
    path: ['until'],
    message: fieldCode('exactly_one_of', { fields: ['seconds', 'until'] }),
  }) satisfies z.ZodType<MuteInput & { id: string }>

export const deleteUserSchema = z.strictObject({
  id: idSchema,
  messages: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
      error: fieldCode('must_be_boolean'),
    })
    .default(false),
}) satisfies z.ZodType<DeleteUserInput & { id: string }>
