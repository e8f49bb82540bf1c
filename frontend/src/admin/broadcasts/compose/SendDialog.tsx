import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Broadcast, Problem } from 'backend/contract'
import { useEffect, useState } from 'react'
import { problemText } from '../../../lib/problemText.ts'
import { previewCount } from '../shared/broadcast.api.ts'
import { asProblem } from '../../../connection/problem.model.ts'
import { fullZonedTime, instantOf } from '../../../lib/zonedTime.ts'
import type { DraftSession } from './draftSession.service.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Refusal } from '../../../ui/Refusal.tsx'
import { Spinner } from '../../../ui/Spinner.tsx'
import { useAudienceLabel } from '../shared/audience.format.ts'
import { peopleCount } from '../shared/progress.model.ts'

interface SendDialogProps {
  session: DraftSession
  onSent: (broadcast: Broadcast) => void
  /** Takes a refusal by the server that belongs to fields of the form. */
  onRefused: (problem: Problem) => void
  onClose: () => void
}

/** Saves the draft, says how many people will get it and when, and sends it when the admin confirms. */
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
    // Runs once, and again after "Try again".
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
      onSent(await session.send())
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
      title={isLater ? t`Schedule this broadcast?` : t`Send this broadcast?`}
    >
      <div className="mt-1 min-h-10 text-ui text-muted" aria-live="polite">
        {recipients === null ? (
          !problem && (
            <span className="flex items-center gap-2">
              <Spinner /> {t`Counting the recipients`}
            </span>
          )
        ) : isNobody ? (
          t`No one would get it. Choose another audience.`
        ) : (
          <Summary
            recipients={recipients}
            audience={audience}
            time={at === undefined ? null : fullZonedTime(at, timeZone)}
            needsAcknowledgement={needsAcknowledgement}
          />
        )}
      </div>
      <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
      <div className="mt-5 flex justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={pending ? stay : onClose} data-autofocus>
          {isNobody ? t`Back` : t`Cancel`}
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
            {t`Try again`}
          </Button>
        ) : (
          recipients !== null &&
          !isNobody && (
            <Button variant="primary" size="sm" pending={pending} onClick={() => void send()}>
              {isLater ? t`Schedule` : plural(recipients, { one: 'Send to # person', other: 'Send to # people' })}
            </Button>
          )
        )}
      </div>
    </Dialog>
  )
}

interface SummaryProps {
  recipients: number
  audience: string
  /** The time of a scheduled broadcast, in words; null: now. */
  time: string | null
  needsAcknowledgement: boolean
}

function Summary({ recipients, audience, time, needsAcknowledgement }: SummaryProps) {
  const count = <strong className="text-base-content">{peopleCount(recipients)}</strong>
  return (
    <>
      {time === null ? (
        <Trans>
          It goes to {count} (<bdi>{audience}</bdi>) now.
        </Trans>
      ) : (
        <Trans>
          It will go to {count} (<bdi>{audience}</bdi>) on {time}.
        </Trans>
      )}{' '}
      {needsAcknowledgement && <>{t`They are asked to acknowledge it.`} </>}
      {time === null ? t`It cannot be taken back.` : t`Until then you can stop it.`}
    </>
  )
}

const stay = (): void => {}
