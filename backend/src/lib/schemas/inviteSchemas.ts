import { z } from 'zod'
import { LIMITS } from '../../contract/index.ts'

/** The seconds that a link works, into a group or to an account; null: without end. */
export const inviteSeconds = z.number().int().min(LIMITS.inviteSecondsMin).max(LIMITS.inviteSecondsMax).nullable()

/** How many users may join by a link; null: without limit. */
export const inviteUses = z.number().int().min(1).max(LIMITS.inviteUsesMax).nullable()
