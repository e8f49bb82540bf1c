import { z } from 'zod'
import { LIMITS, type AccountInviteInput } from '../contract/index.ts'
import { idempotent, type Idempotent } from '../lib/idempotency.ts'
import { inviteSeconds, inviteUses } from '../lib/schemas/inviteSchemas.ts'
import { userLine } from '../lib/schemas/textSchemas.ts'

export const accountInviteSchema = z.strictObject({
  note: userLine(LIMITS.inviteNoteMax).default(''),
  expiresInSeconds: inviteSeconds.default(LIMITS.inviteSecondsDefault),
  maxUses: inviteUses.default(null),
  ...idempotent,
}) satisfies z.ZodType<AccountInviteInput & Idempotent>
