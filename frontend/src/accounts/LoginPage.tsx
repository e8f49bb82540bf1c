import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { SessionEndReason } from 'backend/contract'
import { Link, useLocation } from 'react-router'
import { AuthLayout } from './AuthLayout.tsx'
import { LoginForm } from './LoginForm.tsx'
import { useTitle } from '../ui/hooks/useTitle.ts'
import { useSession } from './session.store.ts'

/** Shows the sign-in form, and why the last session ended. */
export function LoginPage() {
  useTitle(t`Sign in`)
  const endReason = useSession((state) => state.endReason)
  // The sign-up page gets the visitor's destination and invitation too.
  const { state, search }: { state: unknown; search: string } = useLocation()
  return (
    <AuthLayout title={t`Welcome back`} lead={t`Sign in to Parley.`}>
      {endReason && (
        <p role="status" className="mt-5 rounded-field bg-warn-tint px-3 py-2.5 text-sec font-medium text-warn-ink">
          {i18n._(ENDED[endReason])}
        </p>
      )}
      <LoginForm />
      <p className="mt-5 text-sec text-muted">
        <Trans>
          New here?{' '}
          <Link
            to={{ pathname: '/signup', search }}
            state={state}
            className="text-link inline-block py-1 max-md:min-w-11 max-md:py-3.5"
          >
            Create an account
          </Link>
        </Trans>
      </p>
    </AuthLayout>
  )
}

const ENDED: Record<SessionEndReason, MessageDescriptor> = {
  logged_out: msg`You signed out in another window.`,
  expired: msg`You were signed out because your session expired.`,
  revoked: msg`You were signed out because your session was ended.`,
}
