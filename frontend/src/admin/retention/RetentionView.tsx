import { useState } from 'react'
import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { RetentionArchives } from './RetentionArchives.tsx'
import { RetentionForm } from './RetentionForm.tsx'
import { RetentionRunPanel } from './RetentionRunPanel.tsx'

/** How long messages are kept, what becomes of old ones, and where those are that went. */
export function RetentionView() {
  const { settings, problem, retry, save } = useServerSettings()
  /** Runs that ended while the view is open: each may have brought archives. */
  const [runs, setRuns] = useState(0)
  return (
    <>
      <AdminHeader title="Retention" />
      <AdminBody label="Retention">
        {problem && <ErrorState title="Could not load the rules" problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label="Loading the rules" rows={3} />}
        {settings && (
          <>
            <RetentionForm saved={settings.retention} onSave={async (retention) => void (await save({ retention }))} />
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
