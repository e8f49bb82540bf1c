import { Trans } from '@lingui/react/macro'
import { Check, CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { momentOf } from '../lib/format.ts'
import { useConnection } from '../connection/connection.store.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ChangedSince } from './ChangedSince.tsx'
import type { AcknowledgementState } from './useAcknowledgementState.ts'

interface AcknowledgeBarProps {
  asking: Exclude<AcknowledgementState, { state: 'nothing' }>
  id: string
  /** Of the text that is shown. */
  revision: number
  expiresAt: string | null
}

/** The foot of an announcement that asks to be acknowledged: the button, and then that it was, and when. */
export function AcknowledgeBar({ asking, id, revision, expiresAt }: AcknowledgeBarProps) {
  const offline = useConnection((state) => state.state === 'offline')
  const outcome = useRef<HTMLParagraphElement>(null)
  const pressed = useRef(false)

  // The button that had the focus is gone.
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
            icon={Check}
            pending={asking.state === 'sending'}
            onClick={() => {
              pressed.current = true
              usePendingBroadcasts.getState().acknowledge(id, revision)
            }}
          >
            <Trans>Acknowledge</Trans>
          </Button>
        )}
        <p ref={outcome} tabIndex={-1} role="status" className="acknowledge-outcome">
          <Outcome asking={asking} offline={offline} expiresAt={expiresAt} />
        </p>
      </div>
    </>
  )
}

function Outcome({
  asking,
  offline,
  expiresAt,
}: {
  asking: AcknowledgeBarProps['asking']
  offline: boolean
  expiresAt: string | null
}) {
  switch (asking.state) {
    case 'asked':
      if (asking.problem) return <Refused detail={asking.problem.detail} />
      return expiresAt === null
        ? 'Please acknowledge that you have read this.'
        : `Please acknowledge by ${momentOf(expiresAt)}.`
    case 'sending':
      return offline ? (
        <>
          <Done at={asking.at} /> <Trans>Will be sent when you are back.</Trans>
        </>
      ) : null
    case 'acknowledged':
      return <Done at={asking.at} />
    case 'over':
      return expiresAt === null ? null : `Acknowledgement was asked for until ${momentOf(expiresAt)}.`
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

function Refused({ detail }: { detail: string }) {
  return (
    <span className="inline-flex gap-1.5 font-medium text-err-ink">
      <Icon icon={CircleAlert} size={14} className="mt-px" />
      {detail}
    </span>
  )
}
