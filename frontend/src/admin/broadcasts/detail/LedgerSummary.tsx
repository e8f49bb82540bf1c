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
  // Where no acknowledgement is needed, a recipient who has opened the broadcast is done.
  const colorOf = (state: RecipientState): string =>
    state === 'opened' && !needsAcknowledgement ? COLORS.acknowledged : COLORS[state]
  const total = peopleCount(counts.recipients)
  return (
    <div role="group" aria-label={t`Progress of ${total}`}>
      <div className="mt-2 mb-1.5 flex h-1.5 gap-0.5 overflow-hidden rounded-[3px] bg-base-300" aria-hidden="true">
        {states.map(
          (state) =>
            counts[state] > 0 && (
              <span
                key={state}
                className={`min-w-0.5 shrink basis-0 ${colorOf(state)}`}
                style={{ flexGrow: counts[state] }}
              />
            ),
        )}
      </div>
      <div className="-mx-2 grid grid-cols-2 gap-x-2 gap-y-0.5">
        {states.map((state) => (
          <button
            key={state}
            type="button"
            className="flex min-h-7 min-w-0 items-center gap-2 rounded-md px-2 text-[0.8125rem] hover:bg-hover aria-pressed:bg-selected max-md:min-h-11"
            aria-pressed={state === filter}
            onClick={() => onFilter(state === filter ? undefined : state)}
          >
            <span className={`size-2 shrink-0 rounded-xs ${colorOf(state)}`} />
            <span className="grow truncate text-start">{i18n._(STATE_NAMES[state])}</span>
            <span className="font-semibold tabular-nums">{count(counts[state])}</span>
          </button>
        ))}
      </div>
    </div>
  )
}

const ORDER: readonly RecipientState[] = ['acknowledged', 'opened', 'delivered', 'queued']

const COLORS: Record<RecipientState, string> = {
  acknowledged: 'bg-success',
  opened: 'bg-warning',
  delivered: 'bg-line-strong',
  // It waits for a recipient who is offline, which is no fault.
  queued: 'bg-line',
}
