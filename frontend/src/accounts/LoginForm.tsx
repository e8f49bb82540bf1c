import { t } from '@lingui/core/macro'
import { useSession } from './session.store.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField, TextField } from '../ui/Field.tsx'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm } from './useAuthForm.ts'

/** Signs in with a username or an e-mail address. It never says whether the name or the password was wrong. */
export function LoginForm() {
  const login = useSession((state) => state.login)
  const { form, field, problem, pending } = useAuthForm({
    labels: { login: t`Username or e-mail`, password: t`Password` },
    check: (value) => ({
      login: value('login').trim() === '' ? t`Enter your username or e-mail address.` : undefined,
      password: value('password') === '' ? t`Enter your password.` : undefined,
    }),
    send: (value) => login({ login: value('login').trim(), password: value('password') }),
  })

  return (
    <form {...form} className="mt-6 space-y-4" aria-label={t`Sign in`}>
      <TextField
        {...field('login')}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        autoFocus
      />
      <PasswordField {...field('password')} autoComplete="current-password" />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? t`Try again` : t`Sign in`}
      </Button>
    </form>
  )
}
