import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { PendingBroadcast } from 'backend/contract'
import { BellRing, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { momentOf } from '../lib/format.ts'
import { plainText } from '../lib/plainText.ts'
import { useUrgentAnnouncements } from './useUrgentAnnouncements.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { WaitingDialog } from './WaitingDialog.tsx'
import { Button, IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'

/** Id of the element that takes the focus when the focused banner disappears. */
export const PAGE_ID = 'page'

/** Most characters of the text in the banner. */
const EXCERPT_MAX = 240

/** Shows the first urgent announcement for the user above every page. */
export function UrgentBanner() {
  const urgent = useUrgentAnnouncements()
  const [reading, setReading] = useState(false)
  const first = urgent[0]
  return (
    <>
      {first && <Call key={first.id} item={first} more={urgent.length - 1} onRead={() => setReading(true)} />}
      <WaitingDialog open={reading} onClose={() => setReading(false)} />
    </>
  )
}

interface CallProps {
  item: PendingBroadcast
  /** Count of the other urgent announcements. */
  more: number
  onRead: () => void
}

function Call({ item, more, onRead }: CallProps) {
  const { id, priority, title, text, revision, needsAcknowledgement, expiresAt, acknowledged } = item
  const problem = usePendingBroadcasts(({ refused }) => refused[id])
  const onAnswer = useFocusAfter()
  const urgent = priority === 'urgent'
  const excerpt = plainText(text.slice(0, EXCERPT_MAX * 2))
    .replaceAll(/\s+/gu, ' ')
    .slice(0, EXCERPT_MAX)
  const end = needsAcknowledgement && expiresAt !== null ? momentOf(expiresAt) : null
  return (
    <section
      className="call"
      data-urgent={urgent || undefined}
      aria-label={urgent ? t`Urgent announcement` : t`Reminder`}
    >
      <span className="call-tile">
        <Icon icon={urgent ? TriangleAlert : BellRing} size={20} />
      </span>
      <div role="alert" className="min-w-0 grow">
        <p className="call-title" dir="auto">
          <span className="call-kind">{urgent ? t`Urgent:` : t`Reminder:`}</span> {title === '' ? excerpt : title}
        </p>
        <p className="call-text" dir="auto">
          {problem?.detail ??
            [
              acknowledged && t`Changed since you read it.`,
              end !== null && t`Acknowledge by ${end}.`,
              !acknowledged && title !== '' && excerpt,
            ]
              .filter(Boolean)
              .join(' ')}
        </p>
      </div>
      <div className="call-actions">
        {more > 0 && (
          <button type="button" className="call-more" onClick={onRead}>
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
          <Button
            variant={urgent ? 'danger' : 'quiet'}
            onClick={() => {
              onAnswer()
              usePendingBroadcasts.getState().acknowledge(id, revision)
            }}
          >
            <Trans>Acknowledge</Trans>
          </Button>
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
