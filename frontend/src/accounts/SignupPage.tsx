import { Link, useLocation, useSearchParams } from 'react-router'
import { SignupPolicyNote, InvitationForm } from './SignupPolicy.tsx'
import { AuthLayout } from './AuthLayout.tsx'
import { SignupForm } from './SignupForm.tsx'
import { useRequest } from '../connection/useRequest.ts'
import { useTitle } from '../ui/hooks/useTitle.ts'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { registration } from './session.api.ts'

/** Makes an account, for whoever may: `?invite=` brings an invitation. */
export function SignupPage() {
  const [query, setQuery] = useSearchParams()
  const { state, search }: { state: unknown; search: string } = useLocation()
  const invite = query.get('invite') ?? undefined
  useTitle('Create account')
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
  /** Where the visitor was going. */
  state: unknown
  search: string
  onInvite: (token: string) => void
}

function Signup({ invite, state, search, onInvite }: SignupProps) {
  const { answer, problem } = useRequest(() => registration(invite))
  const needsInvite = answer?.mode === 'invite' && answer.isInviteValid !== true
  const domains = answer?.mode === 'domain' && answer.isInviteValid !== true ? answer.domains : []
  return (
    <AuthLayout
      title={needsInvite ? 'By invitation only' : 'Create your account'}
      lead={
        needsInvite
          ? 'To make an account here you need an invitation. An admin can give you a link.'
          : 'One minute, and you can talk to everybody here.'
      }
    >
      {answer && <SignupPolicyNote {...answer} />}
      {/* Where the server could not be asked it decides when the form is sent. */}
      {answer || problem ? (
        needsInvite ? (
          <InvitationForm onToken={onInvite} />
        ) : (
          <SignupForm invite={invite} domains={domains} />
        )
      ) : (
        <Skeleton label="Loading" className="mt-6 space-y-4">
          {['name', 'username', 'email', 'password'].map((field) => (
            <Bone key={field} className="h-16 w-full" />
          ))}
        </Skeleton>
      )}
      <p className="mt-5 text-sec text-muted">
        Already have an account? {/* With the invitation, for who comes back. */}
        <Link
          to={{ pathname: '/login', search }}
          state={state}
          className="text-link inline-block py-1 max-md:min-w-11 max-md:py-3.5"
        >
          Sign in
        </Link>
      </p>
    </AuthLayout>
  )
}
