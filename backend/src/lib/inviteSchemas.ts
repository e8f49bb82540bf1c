import { z } from 'zod'
import { LIMITS } from '../contract/index.ts'

/** The seconds that a link works, into a group or to an account; null: without end. */
export const inviteSeconds = z
  .number({ error: 'must be a number or null' })
  .int('must be a whole number')
  .min(LIMITS.inviteSecondsMin, `must be at least ${LIMITS.inviteSecondsMin}`)
  .max(LIMITS.inviteSecondsMax, `must be at most ${LIMITS.inviteSecondsMax}`)
  .nullable()

/** How many users may join by a link; null: without limit. */
export const inviteUses = z
  .number({ error: 'must be a number or null' })
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(LIMITS.inviteUsesMax, `must be at most ${LIMITS.inviteUsesMax}`)
  .nullable()
