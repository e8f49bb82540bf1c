import { t } from '@lingui/core/macro'
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

/** Where the focus goes when the banner that had it is gone. */
export const PAGE_ID = 'page'

/** More than the banner can show. */
const EXCERPT_MAX = 240

/** Above every page, while an announcement urgent for the person. Of several it shows the first. */
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
  /** How many others there are. */
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
  const until = needsAcknowledgement && expiresAt !== null ? `Acknowledge by ${momentOf(expiresAt)}.` : ''
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
            [acknowledged && 'Changed since you read it.', until, !acknowledged && title !== '' && excerpt]
              .filter(Boolean)
              .join(' ')}
        </p>
      </div>
      <div className="call-actions">
        {more > 0 && (
          <button type="button" className="call-more" onClick={onRead}>
            <Trans>{more} more</Trans>
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
        {/* What has changed is read before it is acknowledged. */}
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

/** Keyboards go on in the page when the answer takes away the button that had the focus. Returns what to call on the answer. */
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
