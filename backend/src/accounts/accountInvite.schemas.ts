import { z } from 'zod'
import { LIMITS, type AccountInviteInput } from '../contract/index.ts'
import { inviteSeconds, inviteUses } from '../lib/schemas/inviteSchemas.ts'
import { userLine } from '../lib/schemas/textSchemas.ts'

export const accountInviteSchema = z.strictObject({
  note: userLine(LIMITS.inviteNoteMax).default(''),
  expiresInSeconds: inviteSeconds.default(LIMITS.inviteSecondsDefault),
  maxUses: inviteUses.default(null),
}) satisfies z.ZodType<AccountInviteInput>
