import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { Backups } from './Backups.tsx'
import { MaintenanceForm } from './MaintenanceForm.tsx'

/** Copies of everything, and what everybody is to know of work on the server. */
export function ServerView() {
  const { settings, problem, retry, save } = useServerSettings()
  return (
    <>
      <AdminHeader title="Server" />
      <AdminBody label="Server">
        {problem && <ErrorState title="Could not load the settings" problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label="Loading the settings" rows={2} />}
        {settings && (
          <MaintenanceForm
            saved={settings.maintenance}
            onSave={async (maintenance) => void (await save({ maintenance }))}
          />
        )}
        <Backups />
      </AdminBody>
    </>
  )
}
