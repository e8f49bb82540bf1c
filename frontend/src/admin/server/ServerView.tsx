import { t } from '@lingui/core/macro'
import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { Backups } from './Backups.tsx'
import { MaintenanceForm } from './MaintenanceForm.tsx'

/** Shows the maintenance message and the backups. */
export function ServerView() {
  const { settings, problem, retry, save } = useServerSettings()
  return (
    <>
      <AdminHeader title={t`Server`} />
      <AdminBody label={t`Server`} width="columns">
        {problem && <ErrorState title={t`Could not load the settings`} problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label={t`Loading the settings`} rows={2} />}
        {settings && (
          <MaintenanceForm
            saved={settings.maintenance}
            onSave={(maintenance) => save('maintenance', () => maintenance)}
          />
        )}
        <Backups />
      </AdminBody>
    </>
  )
}
