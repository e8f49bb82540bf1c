import type { Broadcast, Problem } from 'backend/contract'
import { useEffect, useState } from 'react'
import { getBroadcast, previewCount, sendBroadcast } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { fullZonedTime, instantOf } from '../../../lib/zonedTime.ts'
import { isUnsent } from '../shared/draftContent.model.ts'
import type { DraftSession } from './draftSession.service.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Refusal } from '../../../ui/Refusal.tsx'
import { Spinner } from '../../../ui/Spinner.tsx'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { people } from '../shared/progress.model.ts'

interface SendDialogProps {
  session: DraftSession
  onSent: (broadcast: Broadcast) => void
  /** What the server says against it, where that belongs to fields of the form. */
  onRefused: (problem: Problem) => void
  onClose: () => void
}

/** Saves the draft, says how many will get it and when, and sends it once that is confirmed. */
export function SendDialog({ session, onSent, onRefused, onClose }: SendDialogProps) {
  const [content] = useState(() => session.state.getState().content)
  const [recipients, setRecipients] = useState<number | null>(null)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [attempt, setAttempt] = useState(0)
  const audience = useAudienceLabel(content.audience)
  const { isLater, sendAt, timeZone, needsAcknowledgement } = content
  const at = isLater ? instantOf(sendAt, timeZone)?.iso : undefined

  useEffect(() => {
    let current = true
    session
      .save()
      .then(previewCount)
      .then(
        (answer) => {
          if (current) setRecipients(answer.recipients)
        },
        (error: unknown) => {
          if (current) refuse(asProblem(error))
        },
      )
    return () => {
      current = false
    }
    // Once, and when asked to try again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [session, attempt])

  function refuse(refusal: Problem): void {
    if (refusal.errors?.length) onRefused(refusal)
    else setProblem(refusal)
  }

  async function send(): Promise<void> {
    setPending(true)
    setProblem(null)
    try {
      const id = await session.save()
      onSent(await sendBroadcast(id).catch((error: unknown) => sentAlready(id, error)))
    } catch (error) {
      setPending(false)
      refuse(asProblem(error))
    }
  }

  const isNobody = recipients === 0
  return (
    <Dialog
      open
      onClose={pending ? stay : onClose}
      title={isLater ? 'Schedule this broadcast?' : 'Send this broadcast?'}
    >
      <div className="mt-1 min-h-10 text-ui text-muted" aria-live="polite">
        {recipients === null ? (
          !problem && (
            <span className="flex items-center gap-2">
              <Spinner /> Counting who gets it
            </span>
          )
        ) : isNobody ? (
          'Nobody would get it. Choose another audience.'
        ) : (
          <>
            {isLater ? 'It will go' : 'It goes'} to <strong className="text-base-content">{people(recipients)}</strong>{' '}
            (<bdi>{audience}</bdi>){at === undefined ? ' now' : ` on ${fullZonedTime(at, timeZone)}`}.
            {needsAcknowledgement && ' They are asked to acknowledge it.'}{' '}
            {isLater ? 'Until then you can stop it.' : 'It cannot be taken back.'}
          </>
        )}
      </div>
      <Refusal className="mt-3">{problem?.detail}</Refusal>
      <div className="mt-5 flex justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={pending ? stay : onClose} data-autofocus>
          {isNobody ? 'Back' : 'Cancel'}
        </Button>
        {recipients === null && problem ? (
          <Button
            variant="primary"
            size="sm"
            onClick={() => {
              setProblem(null)
              setAttempt(attempt + 1)
            }}
          >
            Try again
          </Button>
        ) : (
          recipients !== null &&
          !isNobody && (
            <Button variant="primary" size="sm" pending={pending} onClick={() => void send()}>
              {isLater ? 'Schedule' : `Send to ${people(recipients)}`}
            </Button>
          )
        )}
      </div>
    </Dialog>
  )
}

const stay = (): void => {}

/** An earlier attempt may have arrived, and only its answer was lost. */
async function sentAlready(id: string, error: unknown): Promise<Broadcast> {
  if (asProblem(error).code !== 'broadcast_state') throw error
  const broadcast = await getBroadcast(id)
  if (isUnsent(broadcast)) throw error
  return broadcast
}
