import type { RateLimitName } from '../../contract/index.ts'
import { COST_LIMITS } from './costLimits.ts'

const MINUTE = 60
const HOUR = 3600

/**
 * How often each action may be done: `points` times in `seconds`, counted from the first time. docs/PROTOCOL.md ("Limits") gives the
 * reason of each, and a test keeps both equal. With Redis, all nodes count together.
 */
export const RATE_LIMITS = {
  acknowledgements: { points: 120, seconds: MINUTE },
  contact_changes: { points: 120, seconds: MINUTE },
  failed_logins: { points: 20, seconds: 15 * MINUTE },
  failed_logins_of_address: { points: 100, seconds: 15 * MINUTE },
  group_changes: { points: 120, seconds: MINUTE },
  group_invite_views: { points: 30, seconds: MINUTE },
  history_pages: { points: COST_LIMITS.historyPagesPerMinute, seconds: MINUTE },
  invalid_tokens: { points: COST_LIMITS.invalidTokensPerMinute, seconds: MINUTE },
  messages: { points: 300, seconds: MINUTE },
  new_accounts: { points: 200, seconds: HOUR },
  new_groups: { points: 60, seconds: HOUR },
  new_passwords: { points: 100, seconds: HOUR },
  opened_conversations: { points: 60, seconds: MINUTE },
  picture_changes: { points: 60, seconds: HOUR },
  presence_watches: { points: 1200, seconds: MINUTE },
  profile_changes: { points: 60, seconds: HOUR },
  receipts: { points: COST_LIMITS.receiptsPerMinute, seconds: MINUTE },
  reminders: { points: 10, seconds: HOUR },
  reports: { points: 20, seconds: HOUR },
  searches: { points: 120, seconds: MINUTE },
  session_refreshes: { points: COST_LIMITS.refreshesPerMinute, seconds: MINUTE },
  syncs: { points: 240, seconds: MINUTE },
  typing: { points: COST_LIMITS.typingPerMinute, seconds: MINUTE },
  uploads: { points: 120, seconds: MINUTE },
} as const satisfies Record<RateLimitName, { points: number; seconds: number }>
