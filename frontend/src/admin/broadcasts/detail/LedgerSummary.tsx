import type { LedgerCounts, RecipientState } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { people } from '../shared/progress.model.ts'
import { STATE_NAMES } from './recipientState.format.ts'

interface LedgerSummaryProps {
  counts: LedgerCounts
  needsAcknowledgement: boolean
  /** The state that the list is narrowed to; undefined: none. */
  filter: RecipientState | undefined
  onFilter: (state: RecipientState | undefined) => void
}

/** How many are in each state, as one bar and as numbers that add up to the recipients. A number narrows the list to its people. */
export function LedgerSummary({ counts, needsAcknowledgement, filter, onFilter }: LedgerSummaryProps) {
  const states = ORDER.filter((state) => needsAcknowledgement || state !== 'acknowledged' || counts.acknowledged > 0)
  return (
    <div
      role="group"
      aria-label={`What became of it, of ${people(counts.recipients)}`}
      data-opened-is-done={needsAcknowledgement ? undefined : true}
      className="ledger-summary"
    >
      <div className="ledger-bar" aria-hidden="true">
        {states.map(
          (state) => counts[state] > 0 && <span key={state} data-state={state} style={{ flexGrow: counts[state] }} />,
        )}
      </div>
      <div className="ledger-legend">
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className="ledger-count"
            aria-pressed={state === filter}
            onClick={() => onFilter(state === filter ? undefined : state)}
          >
            <span className="ledger-swatch" data-state={state} />
            <span className="grow truncate text-start">{STATE_NAMES[state]}</span>
            <span className="font-semibold tabular-nums">{count(counts[state])}</span>
          </button>
        ))}
      </div>
    </div>
  )
}

const ORDER: readonly RecipientState[] = ['acknowledged', 'opened', 'delivered', 'queued']
