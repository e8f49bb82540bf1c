import type { MessageDescriptor } from '@lingui/core'
import { msg, plural } from '@lingui/core/macro'
import type { Retention, RetentionCount } from 'backend/contract'

interface Kind {
  kind: keyof Retention
  label: MessageDescriptor
}

/** The kinds of conversation that have a rule each. */
export const KINDS: Kind[] = [
  { kind: 'direct', label: msg`Direct messages` },
  { kind: 'group', label: msg`Groups` },
  { kind: 'broadcast', label: msg`Announcements` },
]

/** Counts messages in words: `1,204 messages: 1,000 direct, 204 in groups`; `no messages`. */
export function countsLabel(counts: RetentionCount): string {
  const { direct, group, broadcast } = counts
  const parts = [
    direct > 0 && plural(direct, { one: '# direct', other: '# direct' }),
    group > 0 && plural(group, { one: '# in groups', other: '# in groups' }),
    broadcast > 0 && plural(broadcast, { one: '# announcement', other: '# announcements' }),
  ]
  const list = parts.filter((part) => part !== false).join(', ')
  return plural(totalOf(counts), { 0: 'no messages', one: `# message: ${list}`, other: `# messages: ${list}` })
}

export const totalOf = (counts: RetentionCount): number => counts.direct + counts.group + counts.broadcast
