import { t } from '@lingui/core/macro'
import { Component, type ReactNode } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { ErrorState } from '../ui/States.tsx'

/**
 * Shows an error page in place of a white page when a component throws, for example because a new release has removed a
 * chunk that this page still asks for.
 */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <main className="grid h-dvh">
        <ErrorState
          title={t`Something went wrong on this page`}
          problem={{ ...asProblem(this.state.error), status: 500 }}
          reassurance={t`Nothing that you sent is lost. Reloading the page usually helps.`}
          onRetry={() => location.reload()}
        />
      </main>
    )
  }
}
