import type { RecipientState } from 'backend/contract'

/** The states of a recipient as admins read them. */
export const STATE_NAMES: Record<RecipientState, string> = {
  acknowledged: 'Acknowledged',
  opened: 'Opened',
  delivered: 'Delivered',
  queued: 'Not delivered',
}
