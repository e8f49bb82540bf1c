import type { Retention, RetentionCount } from 'backend/contract'
import { count } from '../../lib/format.ts'

export const KINDS: { kind: keyof Retention; label: string; messages: string }[] = [
  { kind: 'direct', label: 'Direct messages', messages: 'direct' },
  { kind: 'group', label: 'Groups', messages: 'in groups' },
  { kind: 'broadcast', label: 'Announcements', messages: 'announcements' },
]

/** `1,204 messages: 1,000 direct, 204 in groups`; `no messages` */
export function countsLabel(counts: RetentionCount): string {
  const total = totalOf(counts)
  if (total === 0) return 'no messages'
  const parts = KINDS.filter(({ kind }) => counts[kind] > 0).map(
    ({ kind, messages }) => `${count(counts[kind])} ${messages}`,
  )
  return `${total === 1 ? '1 message' : `${count(total)} messages`}: ${parts.join(', ')}`
}

export const totalOf = (counts: RetentionCount): number => counts.direct + counts.group + counts.broadcast
