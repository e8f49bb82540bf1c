import type { Problem } from 'backend/contract'
import { CloudAlert, WifiOff, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface EmptyStateProps {
  icon: LucideIcon
  title: ReactNode
  /** One sentence. */
  children?: ReactNode
  /** At most two buttons. */
  actions?: ReactNode
  /** Announces itself when it appears, such as for the answer of a search. */
  live?: boolean
}

/** What stands where nothing is, centred in the place it is given. */
export function EmptyState({ icon, title, children, actions, live = false }: EmptyStateProps) {
  return (
    <div className="grid grow place-items-center p-4" role={live ? 'status' : undefined}>
      <div className="mx-auto max-w-[300px] text-center">
        <span className="state-tile">
          <Icon icon={icon} size={22} />
        </span>
        <p className="mt-3 text-msg font-semibold">{title}</p>
        {children && <p className="mt-1 text-sec text-muted">{children}</p>}
        {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
      </div>
    </div>
  )
}

/** What stands in a list that could not be loaded, where other things are beside it. */
export function ErrorLine({
  className = '',
  children,
  onRetry,
}: {
  className?: string
  children: ReactNode
  onRetry: () => void
}) {
  return (
    <p role="alert" className={`flex items-center gap-2 text-sec text-muted ${className}`}>
      <span className="grow">{children}</span>
      <Button variant="ghost" size="sm" onClick={onRetry}>
        Try again
      </Button>
    </p>
  )
}

interface ErrorStateProps {
  /** What did not work: "Could not load messages". */
  title: string
  problem: Problem
  /** What is not lost: "Your drafts are safe on this device." */
  reassurance?: string
  onRetry?: () => void
  /** Another way out beside Try again. */
  action?: ReactNode
}

/** What stands where something failed: the cause, a reassurance, Try again, and what to tell an administrator. */
export function ErrorState({ title, problem, reassurance, onRetry, action }: ErrorStateProps) {
  return (
    <div className="grid grow place-items-center p-4" role="alert">
      <div className="mx-auto max-w-[300px] text-center">
        <span className="state-tile">
          <Icon icon={problem.status === 0 ? WifiOff : CloudAlert} size={22} />
        </span>
        <p className="mt-3 text-msg font-semibold">{title}</p>
        <p className="mt-1 text-sec text-muted">
          {problem.detail} {reassurance}
        </p>
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {onRetry && (
            <Button variant="primary" size="sm" onClick={onRetry}>
              Try again
            </Button>
          )}
          {action}
        </div>
        {problem.requestId && (
          <p className="mt-3 font-mono text-cap text-muted select-all">
            {problem.status} · {problem.requestId}
          </p>
        )}
      </div>
    </div>
  )
}
