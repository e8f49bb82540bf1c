import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { InviteLinks } from './InviteLinks.tsx'
import { RegistrationForm } from './RegistrationForm.tsx'

/** Who may make an account, and the links that let people do so. */
export function RegistrationView() {
  const { settings, problem, retry, save } = useServerSettings()
  return (
    <>
      <AdminHeader title="Sign-in" />
      <AdminBody label="Sign-in">
        {problem && <ErrorState title="Could not load who may sign up" problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label="Loading who may sign up" rows={3} />}
        {settings && (
          <RegistrationForm
            saved={settings.registration}
            onSave={async (registration) => void (await save({ registration }))}
          />
        )}
        <InviteLinks />
      </AdminBody>
    </>
  )
}
