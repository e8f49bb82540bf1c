import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { RetentionArchives } from './RetentionArchives.tsx'
import { RetentionForm } from './RetentionForm.tsx'
import { RetentionRunPanel } from './RetentionRunPanel.tsx'

/** Shows the retention rules, the removal of old messages, and the archives. */
export function RetentionView() {
  const { settings, problem, retry, save } = useServerSettings()
  /** Counts the runs that ended while the view is open: each may have made archives. */
  const [runs, setRuns] = useState(0)
  return (
    <>
      <AdminHeader title={t`Retention`} />
      <AdminBody label={t`Retention`} width="columns">
        {problem && <ErrorState title={t`Could not load the rules`} problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label={t`Loading the rules`} rows={3} />}
        {settings && (
          <>
            <RetentionForm saved={settings.retention} onSave={(retention) => save('retention', () => retention)} />
            <RetentionRunPanel
              hasRules={Object.values(settings.retention).some(({ days }) => days !== null)}
              onEnded={() => setRuns((count) => count + 1)}
            />
          </>
        )}
        <RetentionArchives key={runs} />
      </AdminBody>
    </>
  )
}
