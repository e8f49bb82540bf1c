import { t } from '@lingui/core/macro'
import type { Problem } from 'backend/contract'
import { fieldErrorText } from '../../lib/fieldErrorText.ts'
import { problemText } from '../../lib/problemText.ts'
import { Refusal } from '../../ui/Refusal.tsx'

/** Says why a request failed. The reason for a field starts with the field's name. */
export function FormAlert({ problem, lead = t`Not saved.` }: { problem: Problem | null; lead?: string }) {
  return <Refusal>{problem && `${lead} ${reasonOf(problem)}`}</Refusal>
}

function reasonOf(problem: Problem): string {
  const [error] = problem.errors ?? []
  if (!error) return problemText(problem)
  const { field } = error
  const reason = fieldErrorText(error)
  return t`${field}: ${reason}`
}
