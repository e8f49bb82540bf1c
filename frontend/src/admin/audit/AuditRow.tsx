import type { AuditEntry } from 'backend/contract'
import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { fullTime, shortTime, dayLabel } from '../../lib/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { outcomeOf, auditActionLabel } from './audit.format.ts'

/** One line of the log; a press shows all of it. */
export const AuditRow = memo(function AuditRow({
  entry,
  onShow,
}: {
  entry: AuditEntry
  onShow: (entry: AuditEntry) => void
}) {
  const { at, actor, action, targetUser } = entry
  const outcome = outcomeOf(entry)
  return (
    <button type="button" className="audit-row" onClick={() => onShow(entry)}>
      <time className="audit-time" dateTime={at} title={fullTime(at)}>
        {dayLabel(at)}, {shortTime(at)}
      </time>
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{auditActionLabel(action)}</span>
          {outcome && <span className="chip chip-warn">{outcome}</span>}
        </span>
        <span className="block truncate text-cap text-muted">
          by <bdi>{actor?.fullName ?? 'the command line'}</bdi>
          {targetUser && (
            <>
              {' · to '}
              <bdi>{targetUser.fullName}</bdi>
            </>
          )}
        </span>
      </span>
      <Icon icon={ChevronRight} size={16} className="text-muted rtl:-scale-x-100" />
    </button>
  )
})
