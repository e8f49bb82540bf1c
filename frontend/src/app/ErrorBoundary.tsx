import { Component, type ReactNode } from 'react'
import { asProblem } from '../connection/problem.model.ts'
import { ErrorState } from '../ui/States.tsx'

/**
 * The last resort when a part of the page throws, such as a chunk that a new release has taken away: a sentence and a way out
 * in place of a white page.
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
          title="This page broke"
          problem={{ ...asProblem(this.state.error), status: 500 }}
          reassurance="Nothing you sent is lost. Loading it again usually helps."
          onRetry={() => location.reload()}
        />
      </main>
    )
  }
}
