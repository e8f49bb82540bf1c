export type SendState = 'sending' | 'sent' | 'read'

/** How far one's own message got: a clock, one tick, two petrol ticks. Read out as a word. */
export function Ticks({ state }: { state: SendState }) {
  return (
    <>
      {DRAWINGS[state]}
      <span className="sr-only">{WORDS[state]}</span>
    </>
  )
}

const WORDS = { sending: 'Sending', sent: 'Sent', read: 'Read' } as const

const DRAWINGS = {
  sending: (
    <svg className="tick tick-clock" viewBox="0 0 24 24" strokeWidth="2.25" aria-hidden="true">
      <circle cx="12" cy="12" r="10" />
      <path d="M12 6v6l4 2" />
    </svg>
  ),
  sent: (
    <svg className="tick tick-one" viewBox="3 0 13 11" aria-hidden="true">
      <path d="M4.5 6 8 9.5 14.5 2" />
    </svg>
  ),
  read: (
    <svg className="tick tick-read" viewBox="0 0 17 11" aria-hidden="true">
      <path d="M1 6l3.5 3.5L11 2M8.2 9.3l.3.2L15.5 2" />
    </svg>
  ),
} as const
