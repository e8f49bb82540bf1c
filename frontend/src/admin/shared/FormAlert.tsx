import { t } from '@lingui/core/macro'
import type { Problem } from 'backend/contract'
import { Refusal } from '../../ui/Refusal.tsx'

/** Says why a request failed. The reason for a field starts with the field's name. */
export function FormAlert({ problem, lead = t`Not saved.` }: { problem: Problem | null; lead?: string }) {
  const error = problem?.errors?.[0]
  return <Refusal>{problem && `${lead} ${error ? t`${error.field}: ${error.message}.` : problem.detail}`}</Refusal>
}
