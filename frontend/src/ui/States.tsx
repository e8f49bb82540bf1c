import { t } from '@lingui/core/macro'
import type { Problem } from 'backend/contract'
import { CloudAlert, WifiOff, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { problemText } from '../lib/problemText.ts'
import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface EmptyStateProps {
  icon: LucideIcon
  title: ReactNode
  /** One sentence. */
  children?: ReactNode
  /** At most two buttons. */
  actions?: ReactNode
  /** Screen readers announce it when it appears, for example as the answer of a search. */
  live?: boolean
}

/** Fills the place of an empty list, centred. */
export function EmptyState({ icon, title, children, actions, live = false }: EmptyStateProps) {
  return (
    <div className="grid grow place-items-center p-4" role={live ? 'status' : undefined}>
      <div className="mx-auto max-w-[300px] text-center">
        <Tile icon={icon} />
        <p className="mt-3 text-msg font-semibold">{title}</p>
        {children && <p className="mt-1 text-sec text-muted">{children}</p>}
        {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
      </div>
    </div>
  )
}

/** Says in one line that a part of a page could not be loaded, with a retry button. */
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
        {t`Try again`}
      </Button>
    </p>
  )
}

interface ErrorStateProps {
  /** The failed action, such as "Could not load messages". */
  title: string
  problem: Problem
  /** A sentence about data that is not lost, such as "Your drafts are safe on this device." */
  reassurance?: string
  onRetry?: () => void
  /** Another button beside Try again. */
  action?: ReactNode
}

/** Fills a place that could not be loaded: cause, reassurance, retry button, and the request id for an administrator. */
export function ErrorState({ title, problem, reassurance, onRetry, action }: ErrorStateProps) {
  return (
    <div className="grid grow place-items-center p-4" role="alert">
      <div className="mx-auto max-w-[300px] text-center">
        <Tile icon={problem.status === 0 ? WifiOff : CloudAlert} />
        <p className="mt-3 text-msg font-semibold">{title}</p>
        <p className="mt-1 text-sec text-muted">
          {problemText(problem)} {reassurance}
        </p>
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {onRetry && (
            <Button variant="primary" size="sm" onClick={onRetry}>
              {t`Try again`}
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

function Tile({ icon }: { icon: LucideIcon }) {
  return (
    <span className="mx-auto grid size-12 place-items-center rounded-box bg-base-300 text-muted">
      <Icon icon={icon} size={22} />
    </span>
  )
}
