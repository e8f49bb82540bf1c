import { LIMITS } from 'backend/contract'
import { useAuth } from '../../store/auth.store.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField, TextField } from '../ui/Field.tsx'
import { checkEmail, checkFullName, checkNewPassword, checkUsername } from './checks.ts'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm, type FieldErrors } from './useAuthForm.ts'

const FIELDS = ['fullName', 'username', 'email', 'password'] as const
type Field = (typeof FIELDS)[number]

/** Makes an account and signs in with it. */
export function SignupForm() {
  const signup = useAuth((state) => state.signup)
  const { form, field, problem, pending } = useAuthForm<Field>({
    fields: FIELDS,
    check,
    send: ({ fullName, username, email, password }) =>
      signup({ fullName: fullName.trim(), username: username.trim(), email: email.trim(), password }),
  })

  return (
    <form {...form} className="mt-6 space-y-4" aria-label="Create account">
      <TextField {...field('fullName')} label="Your name" autoComplete="name" autoFocus />
      <TextField
        {...field('username')}
        label="Username"
        hint="Letters, digits, dots, hyphens and underscores."
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
      />
      <TextField {...field('email')} label="E-mail" type="email" autoComplete="email" />
      <PasswordField
        {...field('password')}
        label="Password"
        hint={`At least ${LIMITS.passwordMin} characters. A few words are better than one.`}
        autoComplete="new-password"
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? 'Try again' : 'Create account'}
      </Button>
    </form>
  )
}

function check(values: Record<Field, string>): FieldErrors<Field> {
  const found = {
    fullName: checkFullName(values.fullName),
    username: checkUsername(values.username),
    email: checkEmail(values.email),
    password: checkNewPassword(values.password),
  }
  const errors: FieldErrors<Field> = {}
  for (const field of FIELDS) {
    const error = found[field]
    if (error !== undefined) errors[field] = error
  }
  return errors
}
