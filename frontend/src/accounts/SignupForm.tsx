import { t } from '@lingui/core/macro'
import type { RegistrationInfo } from 'backend/contract'
import { useSession } from './session.store.ts'
import { choiceOf } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField, TextField } from '../ui/Field.tsx'
import {
  checkEmail,
  checkFullName,
  checkNewPassword,
  checkUsername,
  newPasswordHint,
} from './accountForm.validation.ts'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm } from './useAuthForm.ts'

interface SignupFormProps {
  /** Token of an invitation link. */
  invite: string | undefined
  /** Allowed e-mail domains; empty allows every domain. */
  domains: RegistrationInfo['domains']
  firstAccount: RegistrationInfo['firstAccount']
}

/** Creates an account and signs in. */
export function SignupForm({ invite, domains, firstAccount }: SignupFormProps) {
  const allowed = choiceOf(domains)
  const needsCode = firstAccount === 'setupCode'
  const signup = useSession((state) => state.signup)
  const { form, field, problem, pending } = useAuthForm({
    labels: {
      setupCode: t`Setup code`,
      fullName: t`Your name`,
      username: t`Username`,
      email: t`E-mail`,
      password: t`Password`,
    },
    check: (value) => ({
      ...(needsCode && { setupCode: value('setupCode').trim() === '' ? t`Enter the setup code.` : undefined }),
      fullName: checkFullName(value('fullName')),
      username: checkUsername(value('username')),
      email: checkEmail(value('email')) ?? checkDomain(value('email'), domains),
      password: checkNewPassword(value('password')),
    }),
    send: (value) =>
      signup({
        fullName: value('fullName').trim(),
        username: value('username').trim(),
        email: value('email').trim(),
        password: value('password'),
        ...(invite !== undefined && { invite }),
        ...(needsCode && { setupCode: value('setupCode').trim() }),
      }),
    locate: ({ code, reason }) => {
      if (reason === 'setup_code_not_valid' && needsCode) return 'setupCode'
      return code === 'signup_closed' && domains.length > 0 ? 'email' : undefined
    },
  })

  return (
    <form {...form} className="mt-6 space-y-4" aria-label={t`Create account`}>
      {needsCode && (
        <TextField
          {...field('setupCode')}
          hint={t`The server printed it when it started.`}
          autoComplete="off"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          autoFocus
        />
      )}
      <TextField {...field('fullName')} autoComplete="name" autoFocus={!needsCode} />
      <TextField
        {...field('username')}
        hint={t`Letters, digits, dots, hyphens and underscores.`}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
      />
      <TextField
        {...field('email')}
        type="email"
        autoComplete="email"
        hint={domains.length > 0 && t`An address of ${allowed}.`}
      />
      <PasswordField {...field('password')} hint={newPasswordHint()} autoComplete="new-password" />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? t`Try again` : t`Create account`}
      </Button>
    </form>
  )
}

function checkDomain(email: string, domains: readonly string[]): string | undefined {
  const address = email.trim().toLowerCase()
  const allowed = choiceOf(domains)
  const fits = domains.length === 0 || domains.includes(address.slice(address.lastIndexOf('@') + 1))
  return fits ? undefined : t`Use an address of ${allowed}, or ask an admin for an invitation.`
}
