import { t } from '@lingui/core/macro'
import { useServerSettings } from '../shared/useServerSettings.ts'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { ErrorState } from '../../ui/States.tsx'
import { AdminHeader } from '../shared/AdminHeader.tsx'
import { AdminBody } from '../shared/AdminBody.tsx'
import { InviteLinks } from './InviteLinks.tsx'
import { RegistrationForm } from './RegistrationForm.tsx'

/** Shows who may create an account, and the invite links. */
export function RegistrationView() {
  const { settings, problem, retry, save } = useServerSettings()
  return (
    <>
      <AdminHeader title={t`Sign-in and invites`} />
      <AdminBody label={t`Sign-in`} width="columns">
        {problem && <ErrorState title={t`Could not load the sign-up rules`} problem={problem} onRetry={retry} />}
        {!problem && !settings && <SkeletonRows label={t`Loading the sign-up rules`} rows={3} />}
        {settings && (
          <RegistrationForm
            saved={settings.registration}
            onSave={(registration) => save('registration', () => registration)}
          />
        )}
        <InviteLinks />
      </AdminBody>
    </>
  )
}
