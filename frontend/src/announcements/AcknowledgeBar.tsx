import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Check, ChevronDown, CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { problemText } from '../lib/problemText.ts'
import { momentOf } from '../lib/format.ts'
import { useConnection } from '../connection/connection.store.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { Button } from '../ui/Button.tsx'
import type { Fold } from '../ui/Folded.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ChangedSince } from './ChangedSince.tsx'
import type { AcknowledgementState } from './useAcknowledgementState.ts'

interface AcknowledgeBarProps {
  asking: Exclude<AcknowledgementState, { state: 'nothing' }>
  /** The fold of the shown text. */
  fold: Fold
  id: string
  /** Revision of the shown text. */
  revision: number
  expiresAt: string | null
}

/**
 * Shows below an announcement the button to acknowledge it, and later when it was acknowledged. A folded text is shown
 * whole first: an acknowledgement is for all of the text.
 */
export function AcknowledgeBar({ asking, fold, id, revision, expiresAt }: AcknowledgeBarProps) {
  const offline = useConnection((state) => state.state === 'offline')
  const outcome = useRef<HTMLParagraphElement>(null)
  const pressed = useRef(false)

  const isHidden = asking.state === 'asked' && fold.isFolded

  // The focused button disappears, so the outcome takes the focus.
  const done = asking.state === 'acknowledged' || (asking.state === 'sending' && offline)
  useEffect(() => {
    if (done && pressed.current && document.activeElement === document.body)
      outcome.current?.focus({ preventScroll: true })
    if (done) pressed.current = false
  }, [done])

  return (
    <>
      {asking.state === 'asked' && asking.item.acknowledged && (
        <ChangedSince before={asking.item.acknowledged} now={asking.item} />
      )}
      <div className="acknowledge">
        {(asking.state === 'asked' || (asking.state === 'sending' && !offline)) && (
          <Button
            icon={isHidden ? ChevronDown : Check}
            pending={asking.state === 'sending'}
            onClick={() => {
              if (isHidden) return fold.toggle()
              pressed.current = true
              usePendingBroadcasts.getState().acknowledge(id, revision)
            }}
          >
            {isHidden ? t`Show the whole text` : t`Acknowledge`}
          </Button>
        )}
        <p ref={outcome} tabIndex={-1} role="status" className="acknowledge-outcome">
          <Outcome asking={asking} isHidden={isHidden} offline={offline} expiresAt={expiresAt} />
        </p>
      </div>
    </>
  )
}

function Outcome({
  asking,
  isHidden,
  offline,
  expiresAt,
}: {
  asking: AcknowledgeBarProps['asking']
  isHidden: boolean
  offline: boolean
  expiresAt: string | null
}) {
  const end = expiresAt === null ? null : momentOf(expiresAt)
  switch (asking.state) {
    case 'asked':
      if (asking.problem) return <Refused reason={problemText(asking.problem)} />
      if (isHidden) return t`You can acknowledge it when you see the whole text.`
      return end === null ? t`Please acknowledge that you have read this.` : t`Please acknowledge by ${end}.`
    case 'sending':
      return offline ? (
        <>
          <Done at={asking.at} /> {t`It is sent when the connection is back.`}
        </>
      ) : null
    case 'acknowledged':
      return <Done at={asking.at} />
    case 'over':
      return end === null ? null : t`The time to acknowledge ended: ${end}.`
  }
}

function Done({ at }: { at: string }) {
  const moment = momentOf(at)
  return (
    <span className="chip chip-ok">
      <Icon icon={Check} size={12} />
      <Trans>Acknowledged {moment}</Trans>
    </span>
  )
}

function Refused({ reason }: { reason: string }) {
  return (
    <span className="inline-flex gap-1.5 font-medium text-err-ink">
      <Icon icon={CircleAlert} size={14} className="mt-px" />
      {reason}
    </span>
  )
}
