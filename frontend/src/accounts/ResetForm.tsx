import { LIMITS, type Problem } from 'backend/contract'
import { resetPassword } from './session.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { Button } from '../ui/Button.tsx'
import { PasswordField } from '../ui/Field.tsx'
import { checkNewPassword } from './accountForm.validation.ts'
import { FormProblem } from './FormProblem.tsx'
import { useAuthForm } from './useAuthForm.ts'

interface ResetFormProps {
  token: string
  onDone: () => void
  /** The link was used, or has run out. */
  onDeadLink: (problem: Problem) => void
}

/** A new password by a link that an admin gave. */
export function ResetForm({ token, onDone, onDeadLink }: ResetFormProps) {
  const { form, field, problem, pending } = useAuthForm({
    labels: { password: 'New password', again: 'Once more' },
    check: (value) => {
      const password = checkNewPassword(value('password'))
      return {
        password,
        again:
          password === undefined && value('again') !== value('password') ? 'This is not the same password.' : undefined,
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
    <form {...form} className="mt-6 space-y-4" aria-label="Choose a new password">
      <PasswordField
        {...field('password')}
        hint={`At least ${LIMITS.passwordMin} characters. A few words are better than one.`}
        autoComplete="new-password"
        autoFocus
      />
      <PasswordField {...field('again')} autoComplete="new-password" />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" className="h-11! w-full" pending={pending}>
        {problem?.status === 0 ? 'Try again' : 'Set the password'}
      </Button>
    </form>
  )
}

/** An address that is no token at all is refused at that field, of which the form has none. */
const isDead = ({ code, errors }: Problem): boolean =>
  code === 'link_not_valid' || (errors ?? []).some(({ field }) => field === 'token')
