import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { AuditEntry } from 'backend/contract'
import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { fullTime, shortTime, dayLabel } from '../../lib/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { outcomeOf, auditEntryLabel } from './audit.format.ts'

/** Shows an entry of the audit log in one line; a press shows the entry in full. */
export const AuditRow = memo(function AuditRow({
  entry,
  onShow,
}: {
  entry: AuditEntry
  onShow: (entry: AuditEntry) => void
}) {
  const { at, actor, targetUser } = entry
  const outcome = outcomeOf(entry)
  const [day, time] = [dayLabel(at), shortTime(at)]
  const to = targetUser?.fullName
  const by = actor?.fullName ?? t`the command line`
  return (
    <button
      type="button"
      className="grid min-h-14 w-full grid-cols-[176px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 px-4 py-2 text-start hover:bg-hover focus-visible:-outline-offset-2 max-lg:grid-cols-[minmax(0,1fr)_auto]"
      onClick={() => onShow(entry)}
    >
      <time className="text-cap text-muted tabular-nums max-lg:col-span-full" dateTime={at} title={fullTime(at)}>
        {t`${day}, ${time}`}
      </time>
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{auditEntryLabel(entry)}</span>
          {outcome && <span className="chip chip-warn">{outcome}</span>}
        </span>
        <span className="block truncate text-cap text-muted">
          {to ? (
            <Trans>
              by <bdi>{by}</bdi> · to <bdi>{to}</bdi>
            </Trans>
          ) : (
            <Trans>
              by <bdi>{by}</bdi>
            </Trans>
          )}
        </span>
      </span>
      <Icon icon={ChevronRight} size={16} className="text-muted rtl:-scale-x-100" />
    </button>
  )
})
