import { z } from 'zod'
import {
  GROUP_HISTORIES,
  LIMITS,
  type AddMembersInput,
  type ChangeRoleInput,
  type CreateGroupInput,
  type CreateInviteInput,
  type EditGroupInput,
  type TransferInput,
} from '../contract/index.ts'
import { cursorSchema, fieldCode, idSchema, limitSchema, textSchema } from '../lib/validate.ts'
import { inviteSeconds, inviteUses } from '../lib/schemas/inviteSchemas.ts'
import { idempotent, type Idempotent } from '../lib/idempotency.ts'
import { fromRevisionSchema } from '../lib/schemas/revisionSchemas.ts'
import { clientKey, nameText, userText } from '../lib/schemas/textSchemas.ts'

const name = nameText(LIMITS.groupNameMax)
const description = userText(LIMITS.groupDescriptionMax)
const history = z.enum(GROUP_HISTORIES)
const userIdList = (max: number) => z.array(idSchema).max(max)

export const createGroupSchema = z.strictObject({
  name,
  memberIds: userIdList(LIMITS.groupMembersMax - 1),
  description: description.optional(),
  history: history.optional(),
  clientGroupId: clientKey,
}) satisfies z.ZodType<CreateGroupInput>

export const groupSchema = z.strictObject({ groupId: idSchema })

export const editGroupSchema = z.strictObject({
  groupId: idSchema,
  name: name.optional(),
  description: description.optional(),
  history: history.optional(),
  fromRevision: fromRevisionSchema,
  ...idempotent,
}) satisfies z.ZodType<EditGroupInput & Idempotent & { groupId: string }>

export const membersSchema = z.strictObject({
  groupId: idSchema,
  q: textSchema(LIMITS.searchMax).default(''),
  cursor: cursorSchema(500).optional(),
  limit: limitSchema(LIMITS.pageMax, LIMITS.pageDefault),
})

export const addMembersSchema = z.strictObject({
  groupId: idSchema,
  userIds: userIdList(LIMITS.groupAddMax).min(1),
  ...idempotent,
}) satisfies z.ZodType<AddMembersInput & Idempotent & { groupId: string }>

export const memberSchema = z.strictObject({ groupId: idSchema, userId: idSchema, ...idempotent }) satisfies z.ZodType<
  TransferInput & Idempotent & { groupId: string }
>

export const changeRoleSchema = z.strictObject({
  groupId: idSchema,
  userId: idSchema,
  role: z.enum(['admin', 'member']),
  ...idempotent,
}) satisfies z.ZodType<ChangeRoleInput & Idempotent & { groupId: string; userId: string }>

export const createInviteSchema = z.strictObject({
  groupId: idSchema,
  expiresInSeconds: inviteSeconds.optional(),
  maxUses: inviteUses.optional(),
  ...idempotent,
}) satisfies z.ZodType<CreateInviteInput & { groupId: string } & Idempotent>

const token = z.string().max(100, fieldCode('must_be_invite_token'))
export const inviteTokenSchema = z.strictObject({ token })
export const joinSchema = z.strictObject({ token, ...idempotent })
