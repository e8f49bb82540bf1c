import { i18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'

export type SendState = 'sending' | 'sent' | 'delivered' | 'read'

/** Shows the progress of an own message: a clock, one tick, two ticks, two petrol ticks. Screen readers get a word. */
export function MessageStatus({ state }: { state: SendState }) {
  return (
    <>
      {DRAWINGS[state]}
      <span className="sr-only">{i18n._(WORDS[state])}</span>
    </>
  )
}

interface Watermarks {
  /** The other user received, or read, all messages up to here. */
  peerDeliveredSeq: number
  peerReadSeq: number
}

/** @param seq null while the server does not have the message */
export function sendStateOf(seq: number | null, { peerDeliveredSeq, peerReadSeq }: Watermarks): SendState {
  if (seq === null) return 'sending'
  if (seq <= peerReadSeq) return 'read'
  return seq <= peerDeliveredSeq ? 'delivered' : 'sent'
}

const WORDS = { sending: msg`Sending`, sent: msg`Sent`, delivered: msg`Delivered`, read: msg`Read` } as const

const TWO_TICKS = 'M1 6l3.5 3.5L11 2M8.2 9.3l.3.2L15.5 2'

const DRAWINGS = {
  sending: (
    <svg className="tick size-3" viewBox="0 0 24 24" strokeWidth="2.25" aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <path d="M12 6v6l4 2" />
    </svg>
  ),
  sent: (
    <svg className="tick w-3.25" viewBox="3 0 13 11" aria-hidden="true">
      <path d="M4.5 6 8 9.5 14.5 2" />
    </svg>
  ),
  delivered: (
    <svg className="tick" viewBox="0 0 17 11" aria-hidden="true">
      <path d={TWO_TICKS} />
    </svg>
  ),
  read: (
    <svg className="tick tick-read" viewBox="0 0 17 11" aria-hidden="true">
      <path d={TWO_TICKS} />
    </svg>
  ),
} as const
