import { z } from 'zod'
import {
  codePoints,
  GROUP_HISTORIES,
  LIMITS,
  type AddMembersInput,
  type ChangeRoleInput,
  type CreateGroupInput,
  type CreateInviteInput,
  type EditGroupInput,
  type TransferInput,
} from '../contract/index.ts'
import { hasUnprintable } from '../lib/text.ts'
import { idSchema, limitSchema } from '../lib/validate.ts'
import { inviteSeconds, inviteUses } from '../lib/inviteSchemas.ts'
import { clientKey, trimmedText } from '../lib/textSchemas.ts'

const name = z
  .string({ error: 'must be a name' })
  .refine((value) => !hasUnprintable(value), 'has characters that cannot be shown')
  .transform((value) => value.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .refine((value) => codePoints(value) <= LIMITS.groupNameMax, `must have 1 to ${LIMITS.groupNameMax} characters`)
      .regex(/[\p{L}\p{N}\p{S}\p{P}]/u, 'must have something to see'),
  )
const description = trimmedText(LIMITS.groupDescriptionMax)
const history = z.enum(GROUP_HISTORIES, { error: `must be one of ${GROUP_HISTORIES.join(', ')}` })
const userIdList = (max: number) =>
  z.array(idSchema, { error: 'must be a list of ids' }).max(max, `must have at most ${max} entries`)

export const createGroupSchema = z.strictObject({
  name,
  memberIds: userIdList(LIMITS.groupMembersMax - 1),
  description: description.optional(),
  history: history.optional(),
  clientGroupId: clientKey('group'),
}) satisfies z.ZodType<CreateGroupInput>

export const groupSchema = z.strictObject({ groupId: idSchema })

export const editGroupSchema = z.strictObject({
  groupId: idSchema,
  name: name.optional(),
  description: description.optional(),
  history: history.optional(),
}) satisfies z.ZodType<EditGroupInput & { groupId: string }>

export const membersSchema = z.strictObject({
  groupId: idSchema,
  q: z
    .string({ error: 'must be text, given once' })
    .refine((text) => codePoints(text) <= LIMITS.searchMax, `must have at most ${LIMITS.searchMax} characters`)
    .default(''),
  cursor: z.string({ error: 'must be the nextCursor of a page' }).max(500, 'is not a cursor of this list').optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})

export const addMembersSchema = z.strictObject({
  groupId: idSchema,
  userIds: userIdList(LIMITS.groupAddMax).min(1, 'must not be empty'),
}) satisfies z.ZodType<AddMembersInput & { groupId: string }>

export const memberSchema = z.strictObject({ groupId: idSchema, userId: idSchema }) satisfies z.ZodType<
  TransferInput & { groupId: string }
>

export const changeRoleSchema = z.strictObject({
  groupId: idSchema,
  userId: idSchema,
  role: z.enum(['admin', 'member'], { error: 'must be admin or member' }),
}) satisfies z.ZodType<ChangeRoleInput & { groupId: string; userId: string }>

export const createInviteSchema = z.strictObject({
  groupId: idSchema,
  expiresInSeconds: inviteSeconds.optional(),
  maxUses: inviteUses.optional(),
}) satisfies z.ZodType<CreateInviteInput & { groupId: string }>

export const inviteTokenSchema = z.strictObject({ token: z.string().max(100, 'is not the token of an invitation') })
