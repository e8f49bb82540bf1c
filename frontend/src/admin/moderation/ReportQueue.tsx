import { t } from '@lingui/core/macro'
import type { AdminReport, ReportState } from 'backend/contract'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { listReports } from '../shared/admin.api.ts'
import { useAdminPages } from '../shared/useAdminPages.ts'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { EmptyState, ErrorState } from '../../ui/States.tsx'
import { MuteDialog } from '../users/MuteDialog.tsx'
import { DeleteReportedDialog } from './DeleteReportedDialog.tsx'
import { ReportCard } from './ReportCard.tsx'

/** Lists the reports, newest first. A resolved report stays in its place until the view opens again, so that an admin can reopen it. */
export function ReportQueue({ state }: { state: ReportState }) {
  const reports = useAdminPages(['reports', state], (cursor) => listReports({ state, cursor }))
  const [asking, setAsking] = useState<{ what: 'mute' | 'delete'; report: AdminReport } | null>(null)
  const changed = (next: AdminReport): void => reports.change((one) => (one.id === next.id ? next : one))

  if (reports.problem)
    return <ErrorState title={t`Could not load the reports`} problem={reports.problem} onRetry={reports.retry} />
  if (reports.status === 'loading') return <SkeletonRows label={t`Loading the reports`} rows={4} />
  if (reports.items.length === 0) {
    return (
      <EmptyState
        icon={ShieldCheck}
        live
        title={state === 'open' ? t`Nothing to look at` : t`Nothing was resolved yet`}
      >
        {state === 'open'
          ? t`Reports of people and of the word filter appear here.`
          : t`Reports that you resolve are kept here.`}
      </EmptyState>
    )
  }
  return (
    <>
      <ul className="space-y-3" aria-label={state === 'open' ? t`Open reports` : t`Resolved reports`}>
        {reports.items.map((report) => (
          <li key={report.id}>
            <ReportCard
              report={report}
              onChanged={changed}
              onMute={() => setAsking({ what: 'mute', report })}
              onDelete={() => setAsking({ what: 'delete', report })}
            />
          </li>
        ))}
      </ul>
      <LoadMore hasMore={reports.hasMore} loading={reports.loadingMore} onMore={reports.loadMore} />
      {asking?.what === 'mute' && (
        <MuteDialog user={asking.report.user} onMuted={() => {}} onClose={() => setAsking(null)} />
      )}
      {asking?.what === 'delete' && (
        <DeleteReportedDialog report={asking.report} onDeleted={changed} onClose={() => setAsking(null)} />
      )}
    </>
  )
}
