import { t } from '@lingui/core/macro'
import type { Broadcast, RecipientState } from 'backend/contract'
import { FilePen, FileText } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { Bone, Skeleton } from '../../../ui/Skeleton.tsx'
import { DetailFacts } from './DetailFacts.tsx'
import { LedgerRecipients } from './LedgerRecipients.tsx'
import { LedgerSummary } from './LedgerSummary.tsx'
import { RemindBar } from './RemindBar.tsx'
import { RevisionsDialog } from './RevisionsDialog.tsx'

/** Shows a broadcast that was sent or is being sent, with its recipients. */
export function SentDetail({ broadcast }: { broadcast: Broadcast }) {
  const { id, state, revision, needsAcknowledgement } = broadcast
  const counts = useBroadcasts((store) => store.counts[id])
  const [filter, setFilter] = useState<RecipientState>()
  const [reading, setReading] = useState(false)
  return (
    <>
      <div className="shrink-0 border-b border-line bg-base-100 px-4 py-3">
        <DetailFacts broadcast={broadcast} />
        <div className="-mx-2 mt-1 flex flex-wrap">
          <Button variant="ghost" size="sm" icon={FileText} onClick={() => setReading(true)}>
            {revision > 1 ? t`Texts (${revision})` : t`Show the text`}
          </Button>
          {state === 'sent' && (
            <Link to={`/admin/broadcasts/${id}/edit`} className="btn btn-ghost btn-sm">
              <Icon icon={FilePen} size={18} />
              {t`Change the text`}
            </Link>
          )}
        </div>
        {counts ? (
          <LedgerSummary
            counts={counts}
            needsAcknowledgement={needsAcknowledgement}
            filter={filter}
            onFilter={setFilter}
          />
        ) : (
          <Skeleton label={t`Counting`} className="mt-3">
            <Bone className="mb-3 h-1.5 w-full" />
            <Bone className="h-12 w-full" />
          </Skeleton>
        )}
      </div>
      {counts && <LedgerRecipients id={id} counts={counts} filter={filter} onFilter={setFilter} />}
      {counts && state === 'sent' && <RemindBar broadcast={broadcast} counts={counts} />}
      {reading && <RevisionsDialog broadcast={broadcast} onClose={() => setReading(false)} />}
    </>
  )
}
