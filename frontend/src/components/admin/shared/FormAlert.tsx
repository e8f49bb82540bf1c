import type { Problem } from 'backend/contract'

/** Why something was not done, beside what was tried. */
export function FormAlert({ problem, lead = 'Not saved.' }: { problem: Problem | null; lead?: string }) {
  if (!problem) return null
  return (
    <p role="alert" className="text-sec font-medium text-err-ink">
      {lead} {problem.errors?.[0] ? `${problem.errors[0].field}: ${problem.errors[0].message}.` : problem.detail}
    </p>
  )
}
