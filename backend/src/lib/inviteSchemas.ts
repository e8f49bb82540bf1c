import { z } from 'zod'
import { LIMITS } from '../contract/index.ts'

/** How long a link of invitation works, to a group or to an account; null: for ever. */
export const inviteSeconds = z
  .number({ error: 'must be a number or null' })
  .int('must be a whole number')
  .min(LIMITS.inviteSecondsMin, `must be at least ${LIMITS.inviteSecondsMin}`)
  .max(LIMITS.inviteSecondsMax, `must be at most ${LIMITS.inviteSecondsMax}`)
  .nullable()

/** How many may come by it; null: as many as like. */
export const inviteUses = z
  .number({ error: 'must be a number or null' })
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(LIMITS.inviteUsesMax, `must be at most ${LIMITS.inviteUsesMax}`)
  .nullable()
