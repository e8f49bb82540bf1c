import type { Broadcast, Problem } from 'backend/contract'
import { useState } from 'react'
import { cancelBroadcast } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { usePerson } from '../../../people/people.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { ConfirmDialog } from '../../../ui/Dialog.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { fullZonedTime } from '../../../lib/zonedTime.ts'
import { BroadcastNotice } from '../shared/BroadcastNotice.tsx'
import { DetailFacts } from './DetailFacts.tsx'

/** One that waits for its time: what will go out, and the way to stop it. */
export function ScheduledDetail({ broadcast }: { broadcast: Broadcast }) {
  const { id, sendAt, timeZone, createdAt, createdBy } = broadcast
  const author = usePerson(createdBy)
  const [asking, setAsking] = useState(false)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function cancel(): Promise<void> {
    setPending(true)
    try {
      useBroadcasts.getState().put(await cancelBroadcast(id))
      showToast('It will not be sent. You can change it now.')
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
      // It may have begun to go out at this moment.
      useBroadcasts
        .getState()
        .fetch(id)
        .catch(() => {})
    }
  }

  return (
    <>
      {/* Scrolls by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll-pane" role="group" tabIndex={0} aria-label="What will be sent">
        <div className="ledger-head">
          <DetailFacts broadcast={broadcast} />
          {sendAt !== null && (
            <p className="mt-3 text-sec text-muted">
              It goes out by itself on {fullZonedTime(sendAt, timeZone)} ({timeZone}).
            </p>
          )}
        </div>
        <div className="p-3">
          <BroadcastNotice notice={broadcast} author={author} at={sendAt ?? createdAt} />
        </div>
      </div>
      <div className="ledger-foot">
        <Button className="w-full" onClick={() => setAsking(true)}>
          Do not send it
        </Button>
        <p className="mt-2 text-center text-cap text-muted">To change it, stop it first.</p>
      </div>
      <ConfirmDialog
        open={asking}
        title="Do not send this broadcast?"
        confirmLabel="Do not send it"
        cancelLabel="Leave it"
        pending={pending}
        problem={problem}
        onConfirm={() => void cancel()}
        onClose={() => setAsking(false)}
      >
        It stays as a draft that you can change and send later.
      </ConfirmDialog>
    </>
  )
}
