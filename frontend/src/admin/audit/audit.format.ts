import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { AdminAction, AuditEntry } from 'backend/contract'
import { PROBLEM_TITLES } from './problem.titles.ts'

const LABELS: Record<AdminAction, MessageDescriptor> = {
  'user.create': msg`Created an admin`,
  'user.resetPassword': msg`Set a password`,
  'user.role': msg`Changed a role`,
  'user.disable': msg`Disabled an account`,
  'user.enable': msg`Enabled an account`,
  'user.logout': msg`Signed out everywhere`,
  'user.mute': msg`Muted or unmuted`,
  'user.resetLink': msg`Made a password link`,
  'user.delete': msg`Deleted an account`,
  'user.export': msg`Exported personal data`,
  'report.change': msg`Changed a report`,
  'report.context': msg`Looked around a reported message`,
  'report.deleteMessage': msg`Deleted a reported message`,
  'settings.change': msg`Changed settings`,
  'invite.create': msg`Made an invite link`,
  'invite.revoke': msg`Revoked an invite link`,
  'broadcast.create': msg`Wrote a broadcast`,
  'broadcast.change': msg`Changed a broadcast`,
  'broadcast.delete': msg`Deleted a broadcast`,
  'broadcast.count': msg`Counted recipients`,
  'broadcast.send': msg`Sent a broadcast`,
  'broadcast.cancel': msg`Cancelled a broadcast`,
  'broadcast.remind': msg`Reminded recipients`,
  'broadcast.stopReminding': msg`Stopped reminding`,
  'broadcast.export': msg`Exported a ledger`,
  'audit.export': msg`Exported the audit log`,
  'retention.count': msg`Counted old messages`,
  'retention.run': msg`Ran retention`,
  'archive.download': msg`Downloaded an archive`,
  'archive.restore': msg`Restored an archive`,
  'archive.delete': msg`Deleted an archive`,
  'backup.create': msg`Made a backup`,
  'backup.unlock': msg`Gave the password for a backup`,
  'backup.download': msg`Downloaded a backup`,
  'backup.delete': msg`Deleted a backup`,
}

/** Names an action of the audit log. An action that this page does not know keeps the server's name. */
export function auditActionLabel(action: string): string {
  return isKnown(action) ? i18n._(LABELS[action]) : action
}

/** Names what was done in an entry, also which settings were changed. */
export function auditEntryLabel({ action, detail }: Pick<AuditEntry, 'action' | 'detail'>): string {
  const [setting, ...others] = Object.keys(detail)
  const label = action === 'settings.change' && others.length === 0 && setting ? SETTINGS.get(setting) : undefined
  return label ? i18n._(label) : auditActionLabel(action)
}

const SETTINGS = new Map<string, MessageDescriptor>([
  ['registration', msg`Changed the sign-in settings`],
  ['words', msg`Changed the word filter`],
  ['retention', msg`Changed the retention rules`],
  ['maintenance', msg`Changed the maintenance message`],
])

const isKnown = (action: string): action is AdminAction => action in LABELS

/** Says how an action ended; null when it was simply done. */
export function outcomeOf({ outcome }: Pick<AuditEntry, 'outcome'>): string | null {
  if (outcome === 'done') return null
  if (outcome === 'begun') return t`Not finished`
  const problem = Object.hasOwn(PROBLEM_TITLES, outcome) ? i18n._(PROBLEM_TITLES[outcome]) : outcome
  return t`Not done: ${problem}`
}
