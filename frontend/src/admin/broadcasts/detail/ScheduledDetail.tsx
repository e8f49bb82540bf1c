import { t } from '@lingui/core/macro'
import type { Broadcast, Problem } from 'backend/contract'
import { useState } from 'react'
import { cancelBroadcast } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { useUser } from '../../../people/people.store.ts'
import { Button } from '../../../ui/Button.tsx'
import { ConfirmDialog } from '../../../ui/Dialog.tsx'
import { showToast } from '../../../ui/toast.store.ts'
import { fullZonedTime } from '../../../lib/zonedTime.ts'
import { BroadcastNotice } from '../shared/BroadcastNotice.tsx'
import { DetailFoot } from './DetailFoot.tsx'
import { DetailFacts } from './DetailFacts.tsx'

/** Shows a scheduled broadcast, with a button that stops it. */
export function ScheduledDetail({ broadcast }: { broadcast: Broadcast }) {
  const { id, sendAt, timeZone, createdAt, createdBy } = broadcast
  const author = useUser(createdBy)
  const time = sendAt === null ? '' : fullZonedTime(sendAt, timeZone)
  const [asking, setAsking] = useState(false)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function cancel(): Promise<void> {
    setPending(true)
    try {
      useBroadcasts.getState().put(await cancelBroadcast(id))
      showToast(t`It will not be sent. You can change it now.`)
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
      // The server may have started to send it at this moment.
      useBroadcasts
        .getState()
        .fetch(id)
        .catch(() => {})
    }
  }

  return (
    <>
      {/* Focusable, so that the keyboard scrolls it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll-pane" role="group" tabIndex={0} aria-label={t`Scheduled broadcast`}>
        <div className="shrink-0 border-b border-line bg-base-100 px-4 py-3">
          <DetailFacts broadcast={broadcast} />
          {sendAt !== null && (
            <p className="mt-3 text-sec text-muted">{t`It is sent automatically on ${time} (${timeZone}).`}</p>
          )}
        </div>
        <div className="p-3">
          <BroadcastNotice notice={broadcast} author={author} at={sendAt ?? createdAt} />
        </div>
      </div>
      <DetailFoot>
        <Button className="w-full" onClick={() => setAsking(true)}>
          {t`Do not send it`}
        </Button>
        <p className="mt-2 text-center text-cap text-muted">{t`To change it, stop it first.`}</p>
      </DetailFoot>
      <ConfirmDialog
        open={asking}
        title={t`Do not send this broadcast?`}
        confirmLabel={t`Do not send it`}
        cancelLabel={t`Keep it`}
        pending={pending}
        problem={problem}
        onConfirm={() => void cancel()}
        onClose={() => setAsking(false)}
      >
        {t`It stays as a draft that you can change and send later.`}
      </ConfirmDialog>
    </>
  )
}
