import type { Problem } from 'backend/contract'
import { Refusal } from '../../ui/Refusal.tsx'

/** Why something was not done, beside what was tried; of a field by its name. */
export function FormAlert({ problem, lead = 'Not saved.' }: { problem: Problem | null; lead?: string }) {
  const error = problem?.errors?.[0]
  return <Refusal>{problem && `${lead} ${error ? `${error.field}: ${error.message}.` : problem.detail}`}</Refusal>
}
