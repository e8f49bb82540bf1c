import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { PendingBroadcast } from 'backend/contract'
import { BellRing, ChevronDown, ChevronUp, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { problemText } from '../lib/problemText.ts'
import { momentOf } from '../lib/format.ts'
import { plainText } from '../lib/plainText.ts'
import { useUrgentAnnouncements } from './useUrgentAnnouncements.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { WaitingDialog } from './WaitingDialog.tsx'
import { Button, IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { isolate } from '../lib/isolate.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'

/** Id of the element that takes the focus when the focused banner disappears. */
export const PAGE_ID = 'page'

/** A page this low has an open keyboard, or is zoomed to twice its size. */
const LOW = '(height < 500px)'

/** Most characters of the text in the banner. */
const EXCERPT_MAX = 240

/** Shows the first urgent announcement for the user above every page. */
export function UrgentBanner() {
  const urgent = useUrgentAnnouncements()
  const [reading, setReading] = useState(false)
  const first = urgent[0]
  return (
    <>
      {first && <Call key={first.id} item={first} others={urgent.slice(1)} onRead={() => setReading(true)} />}
      <WaitingDialog open={reading} onClose={() => setReading(false)} />
    </>
  )
}

interface CallProps {
  item: PendingBroadcast
  /** The other urgent announcements and reminders. */
  others: readonly PendingBroadcast[]
  onRead: () => void
}

function Call({ item, others, onRead }: CallProps) {
  const {
    id,
    priority,
    title,
    text,
    attachments,
    revision,
    needsAcknowledgement,
    expiresAt,
    acknowledged,
    remindedAt,
  } = item
  const words = useRef<HTMLDivElement>(null)
  const problem = usePendingBroadcasts(({ refused }) => refused[id])
  const onAnswer = useFocusAfter()
  // On a phone the banner takes a sixth of the screen, and above an open keyboard a quarter. A reminder forgets the choice.
  const isLow = useMediaQuery(LOW)
  const [choice, setChoice] = useState<{ folded: boolean; remindedAt: string | null }>()
  const folded = choice?.remindedAt === remindedAt ? choice.folded : isLow
  const urgent = priority === 'urgent'
  const ink = urgent ? 'text-err-ink' : 'text-warn-ink'
  const start = excerptOf(text)
  const excerpt = start.slice(0, EXCERPT_MAX)
  const isWhole = text.length <= EXCERPT_MAX * 2 && start.length <= EXCERPT_MAX && attachments.length === 0

  /** Acknowledges a text that the banner shows whole. Of any other text it shows the whole first. */
  function acknowledge(): void {
    if (!isWhole || isCut(words.current)) {
      onRead()
      return
    }
    onAnswer()
    usePendingBroadcasts.getState().acknowledge(id, revision)
  }

  const reminded = remindedAt === null ? null : momentOf(remindedAt)
  const more = others.length
  const end = needsAcknowledgement && expiresAt !== null ? momentOf(expiresAt) : null
  return (
    <section
      className={`flex min-h-[63px] items-center gap-3 border-b py-3 ps-5 pe-4 max-md:px-4 ${folded ? 'max-md:min-h-0 max-md:py-0 max-md:pe-1' : 'max-md:flex-col max-md:items-stretch'} ${urgent ? 'border-err-line bg-err-tint' : 'border-line bg-warn-tint'}`}
      aria-label={urgent ? t`Urgent announcement` : t`Reminder`}
    >
      <span
        className={`grid size-9 flex-none place-items-center rounded-field max-md:hidden ${urgent ? 'bg-error text-error-content' : 'bg-base-100 text-warn-ink'}`}
      >
        <Icon icon={urgent ? TriangleAlert : BellRing} size={20} />
      </span>
      <div className="min-w-0 grow">
        {/* A new element, so that a screen reader says each reminder, also of the announcement that is shown already. */}
        <div key={remindedAt} ref={words} role="alert">
          <p className="keep-edge truncate text-ui font-semibold" dir="auto">
            <span className={ink}>{leadOf(item)}</span> {title === '' ? excerpt : title}
          </p>
          <p className={`keep-edge truncate text-sec text-muted ${folded ? 'max-md:hidden' : ''}`} dir="auto">
            {problem
              ? problemText(problem)
              : [
                  reminded !== null && t`Reminded ${reminded}.`,
                  acknowledged && t`Changed since you read it.`,
                  end !== null && t`Acknowledge by ${end}.`,
                  !acknowledged && title !== '' && excerpt,
                ]
                  .filter(Boolean)
                  .join(' ')}
          </p>
        </div>
        <LastReminder among={others} />
      </div>
      <div
        className={`flex flex-none items-center gap-2 max-md:[&>.btn]:flex-1 max-md:[&>.btn]:px-2 ${folded ? 'max-md:[&>.btn]:hidden' : ''}`}
      >
        {more > 0 && (
          <button
            type="button"
            className={`min-h-11 px-1 text-sec/5 font-semibold underline underline-offset-2 ${ink}`}
            onClick={onRead}
          >
            {plural(more, { one: '# more', other: '# more' })}
          </button>
        )}
        {!needsAcknowledgement && (
          <Link to="/announcements" className={`btn ${urgent ? 'btn-error' : 'btn-quiet'}`} onClick={onAnswer}>
            <Trans>Read</Trans>
          </Link>
        )}
        {needsAcknowledgement && (
          <Button variant={acknowledged ? 'quiet' : 'ghost'} onClick={onRead}>
            <Trans>Read</Trans>
          </Button>
        )}
        {/* A changed text must be read before it is acknowledged. */}
        {needsAcknowledgement && !acknowledged && (
          <Button variant={urgent ? 'danger' : 'quiet'} onClick={acknowledge}>
            <Trans>Acknowledge</Trans>
          </Button>
        )}
        {urgent && (
          <IconButton
            icon={folded ? ChevronDown : ChevronUp}
            label={folded ? t`Unfold` : t`Fold`}
            className="md:hidden"
            aria-expanded={!folded}
            onClick={() => setChoice({ folded: !folded, remindedAt })}
          />
        )}
        {!urgent && (
          <IconButton
            icon={X}
            label={t`Later`}
            onClick={() => {
              onAnswer()
              usePendingBroadcasts.getState().dismiss(id)
            }}
          />
        )}
      </div>
    </section>
  )
}

function leadOf({ priority, remindedAt }: PendingBroadcast): string {
  if (priority !== 'urgent') return t`Reminder:`
  return remindedAt === null ? t`Urgent:` : t`Urgent reminder:`
}

/** Says of which announcement behind the banner an admin reminded last. A screen reader says each reminder. */
function LastReminder({ among }: { among: readonly PendingBroadcast[] }) {
  const last = among.reduce<PendingBroadcast | null>(
    (latest, item) => ((item.remindedAt ?? '') > (latest?.remindedAt ?? '') ? item : latest),
    null,
  )
  return (
    <div role="status" className="text-cap text-muted">
      {last && <Reminder key={last.remindedAt} item={last} />}
    </div>
  )
}

function Reminder({ item: { title, text, remindedAt } }: { item: PendingBroadcast }) {
  const name = title === '' ? excerptOf(text) : title
  const moment = remindedAt === null ? '' : momentOf(remindedAt)
  return (
    <p className="truncate">
      <IsolatedText text={t`Reminder: ${{ name: isolate(name) }}`} /> · {moment}
    </p>
  )
}

/** Returns the beginning of a text, in one line and without markup. */
const excerptOf = (text: string): string => plainText(text.slice(0, EXCERPT_MAX * 2)).replaceAll(/\s+/gu, ' ')

/** Moves the focus into the page when the answer removes the focused button. Call the returned function on the answer. */
function useFocusAfter(): () => void {
  const answered = useRef(false)
  useEffect(
    () => () => {
      if (answered.current && document.activeElement === document.body)
        document.getElementById(PAGE_ID)?.focus({ preventScroll: true })
    },
    [],
  )
  return () => {
    answered.current = true
  }
}

/** Tells whether a line of the banner ends in an ellipsis. */
function isCut(words: HTMLElement | null): boolean {
  return [...(words?.children ?? [])].some((line) => line.scrollWidth > line.clientWidth)
}
