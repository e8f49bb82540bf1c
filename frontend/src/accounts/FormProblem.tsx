import { t } from '@lingui/core/macro'
import type { Problem } from 'backend/contract'
import { CircleAlert, WifiOff } from 'lucide-react'
import { problemText } from '../lib/problemText.ts'
import { Icon } from '../ui/Icon.tsx'

/** Says why a form was refused. Screen readers announce it. */
export function FormProblem({ problem }: { problem: Problem | null }) {
  return (
    <div role="alert">
      {problem && (
        <p className="flex gap-2 rounded-field bg-err-tint px-3 py-2.5 text-sec font-medium text-err-ink">
          <Icon icon={problem.status === 0 ? WifiOff : CircleAlert} size={16} className="mt-px" />
          <span>
            {problemText(problem)}
            {problem.status === 0 && <> {t`What you typed is still here.`}</>}
            {problem.status >= 500 && problem.requestId && (
              <span className="mt-1 block font-mono text-cap select-all">{problem.requestId}</span>
            )}
          </span>
        </p>
      )}
    </div>
  )
}
