import { PROBLEMS, type AdminAction, type AuditEntry } from 'backend/contract'

const WORDS: Record<AdminAction, string> = {
  'user.create': 'Created an admin',
  'user.resetPassword': 'Set a password',
  'user.role': 'Changed a role',
  'user.disable': 'Disabled an account',
  'user.enable': 'Enabled an account',
  'user.logout': 'Signed out everywhere',
  'user.mute': 'Muted or unmuted',
  'user.resetLink': 'Made a password link',
  'user.delete': 'Deleted an account',
  'user.export': 'Exported personal data',
  'report.change': 'Changed a report',
  'report.context': 'Looked around a reported message',
  'report.deleteMessage': 'Deleted a reported message',
  'settings.change': 'Changed settings',
  'invite.create': 'Made an invite link',
  'invite.revoke': 'Revoked an invite link',
  'broadcast.create': 'Wrote a broadcast',
  'broadcast.change': 'Changed a broadcast',
  'broadcast.delete': 'Deleted a broadcast',
  'broadcast.count': 'Counted recipients',
  'broadcast.send': 'Sent a broadcast',
  'broadcast.cancel': 'Cancelled a broadcast',
  'broadcast.remind': 'Reminded recipients',
  'broadcast.stopReminding': 'Stopped reminding',
  'broadcast.export': 'Exported a ledger',
  'audit.export': 'Exported the audit log',
  'retention.count': 'Counted old messages',
  'retention.run': 'Ran retention',
  'archive.download': 'Downloaded an archive',
  'archive.restore': 'Restored an archive',
  'archive.delete': 'Deleted an archive',
  'backup.create': 'Made a backup',
  'backup.download': 'Downloaded a backup',
  'backup.delete': 'Deleted a backup',
}

/** What was done, for a person; of a server of another age its own name for it. */
export function auditActionLabel(action: string): string {
  return isKnown(action) ? WORDS[action] : action
}

const isKnown = (action: string): action is AdminAction => action in WORDS

/** How it ended, where that is worth a word; null when it was simply done. */
export function outcomeOf({ outcome }: Pick<AuditEntry, 'outcome'>): string | null {
  if (outcome === 'done') return null
  return outcome === 'begun' ? 'Not finished' : `Not done: ${PROBLEMS[outcome]?.title ?? outcome}`
}
