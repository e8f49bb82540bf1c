import { i18n } from '@lingui/core'
import { t } from '@lingui/core/macro'
import type { LedgerCounts, RecipientState } from 'backend/contract'
import { count } from '../../../lib/format.ts'
import { peopleCount } from '../shared/progress.model.ts'
import { STATE_NAMES } from './recipientState.format.ts'

interface LedgerSummaryProps {
  counts: LedgerCounts
  needsAcknowledgement: boolean
  /** The state that the list is narrowed to; undefined shows all. */
  filter: RecipientState | undefined
  onFilter: (state: RecipientState | undefined) => void
}

/** Shows how many recipients are in each state, as a bar and as numbers. A press on a number shows only its recipients. */
export function LedgerSummary({ counts, needsAcknowledgement, filter, onFilter }: LedgerSummaryProps) {
  const states = ORDER.filter((state) => needsAcknowledgement || state !== 'acknowledged' || counts.acknowledged > 0)
  const total = peopleCount(counts.recipients)
  return (
    <div
      role="group"
      aria-label={t`Progress of ${total}`}
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
            <span className="grow truncate text-start">{i18n._(STATE_NAMES[state])}</span>
            <span className="font-semibold tabular-nums">{count(counts[state])}</span>
          </button>
        ))}
      </div>
    </div>
  )
}

const ORDER: readonly RecipientState[] = ['acknowledged', 'opened', 'delivered', 'queued']
