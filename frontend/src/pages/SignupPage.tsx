import { Link, useLocation } from 'react-router'
import { AuthLayout } from '../components/auth/AuthLayout.tsx'
import { SignupForm } from '../components/auth/SignupForm.tsx'
import { useTitle } from '../components/shell/useTitle.ts'

export function SignupPage() {
  useTitle('Create account')
  const { state }: { state: unknown } = useLocation()
  return (
    <AuthLayout title="Create your account" lead="One minute, and you can talk to everybody here.">
      <SignupForm />
      <p className="mt-5 text-sec text-muted">
        Already have an account?{' '}
        <Link to="/login" state={state} className="text-link inline-block py-1 max-md:min-w-11 max-md:py-3.5">
          Sign in
        </Link>
      </p>
    </AuthLayout>
  )
}
