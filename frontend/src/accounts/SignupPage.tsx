import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Link, useLocation, useSearchParams } from 'react-router'
import { FirstAccountNote, InvitationForm, SignupPolicyNote } from './SignupPolicy.tsx'
import { AuthLayout } from './AuthLayout.tsx'
import { SignupForm } from './SignupForm.tsx'
import { useRequest } from '../connection/useRequest.ts'
import { useTitle } from '../ui/hooks/useTitle.ts'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { registration } from './session.api.ts'

/** Creates an account. `?invite=` is the token of an invitation. */
export function SignupPage() {
  const [query, setQuery] = useSearchParams()
  const { state, search }: { state: unknown; search: string } = useLocation()
  const invite = query.get('invite') ?? undefined
  useTitle(t`Create account`)
  return (
    <Signup
      key={invite}
      invite={invite}
      state={state}
      search={search}
      onInvite={(token) => setQuery({ invite: token }, { state })}
    />
  )
}

interface SignupProps {
  invite: string | undefined
  /** Router state with the visitor's destination. */
  state: unknown
  search: string
  onInvite: (token: string) => void
}

function Signup({ invite, state, search, onInvite }: SignupProps) {
  const { answer, problem } = useRequest(() => registration(invite))
  const needsInvite = answer?.mode === 'invite' && answer.firstAccount === null && answer.isInviteValid !== true
  const domains = answer?.mode === 'domain' && answer.isInviteValid !== true ? answer.domains : []
  return (
    <AuthLayout
      title={needsInvite ? t`By invitation only` : t`Create your account`}
      lead={
        needsInvite ? t`You need an invitation to create an account. Ask an admin for a link.` : t`It takes one minute.`
      }
    >
      {answer && (answer.firstAccount === null ? <SignupPolicyNote {...answer} /> : <FirstAccountNote />)}
      {/* When the server did not answer, it checks the policy again when the form is sent. */}
      {answer || problem ? (
        needsInvite ? (
          <InvitationForm onToken={onInvite} />
        ) : (
          <SignupForm invite={invite} domains={domains} firstAccount={answer?.firstAccount ?? null} />
        )
      ) : (
        <Skeleton label={t`Loading`} className="mt-6 space-y-4">
          {['name', 'username', 'email', 'password'].map((field) => (
            <Bone key={field} className="h-16 w-full" />
          ))}
        </Skeleton>
      )}
      <p className="mt-5 text-sec text-muted">
        <Trans>
          Already have an account?{' '}
          <Link
            // With the invitation, for a visitor who comes back from the sign-in page.
            to={{ pathname: '/login', search }}
            state={state}
            className="text-link inline-block py-1 max-md:min-w-11 max-md:py-3.5"
          >
            Sign in
          </Link>
        </Trans>
      </p>
    </AuthLayout>
  )
}
