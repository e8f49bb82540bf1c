import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { RecipientState } from 'backend/contract'

/** The states of a recipient, as admins read them. The CSV and PROTOCOL use the same words. */
export const STATE_NAMES: Record<RecipientState, MessageDescriptor> = {
  acknowledged: msg`Acknowledged`,
  opened: msg`Opened`,
  delivered: msg`Delivered`,
  queued: msg`Queued`,
}
