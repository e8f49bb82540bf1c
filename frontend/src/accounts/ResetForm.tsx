import { t } from '@lingui/core/macro'
import type { Problem } from 'backend/contract'
import { resetPassword } from './session.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField } from '../ui/Field.tsx'
import { checkNewPassword, newPasswordHint } from './accountForm.validation.ts'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm } from './useAuthForm.ts'

interface ResetFormProps {
  token: string
  onDone: () => void
  /** Called when the link was used before or has expired. */
  onDeadLink: (problem: Problem) => void
}

/** Sets a new password with a link from an admin. */
export function ResetForm({ token, onDone, onDeadLink }: ResetFormProps) {
  const { form, field, problem, pending } = useAuthForm({
    labels: { password: t`New password`, again: t`Repeat the password` },
    check: (value) => {
      const password = checkNewPassword(value('password'))
      return {
        password,
        again:
          password === undefined && value('again') !== value('password')
            ? t`The two passwords are different.`
            : undefined,
      }
    },
    send: async (value) => {
      try {
        await resetPassword({ token, password: value('password') })
        onDone()
      } catch (error) {
        const refused = asProblem(error)
        if (!isDead(refused)) throw error
        onDeadLink(refused)
      }
    },
  })

  return (
    <form {...form} className="mt-6 space-y-4" aria-label={t`Choose a new password`}>
      <PasswordField {...field('password')} hint={newPasswordHint()} autoComplete="new-password" autoFocus />
      <PasswordField {...field('again')} autoComplete="new-password" />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? t`Try again` : t`Set the password`}
      </Button>
    </form>
  )
}

/** Returns whether the link cannot work. An invalid token is refused as a field, which the form does not have. */
const isDead = ({ code, errors }: Problem): boolean =>
  code === 'link_not_valid' || (errors ?? []).some(({ field }) => field === 'token')
