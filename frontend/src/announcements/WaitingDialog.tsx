import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ANNOUNCEMENTS_ID, type PendingBroadcast } from 'backend/contract'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { useUrgentAnnouncements } from './useUrgentAnnouncements.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { useFold } from '../ui/Folded.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { AcknowledgeBar } from './AcknowledgeBar.tsx'
import { NoticeCard } from './NoticeCard.tsx'

interface WaitingDialogProps {
  open: boolean
  onClose: () => void
}

/** Shows all announcements that wait for the user, to read and acknowledge them on any page. It closes after the last one. */
export function WaitingDialog({ open, onClose }: WaitingDialogProps) {
  const urgent = useUrgentAnnouncements()
  const items = usePendingBroadcasts((state) => state.items).filter(
    (item) => item.needsAcknowledgement || urgent.includes(item),
  )
  const isOver = open && items.length === 0
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver, onClose])

  return (
    <Dialog
      open={open && !isOver}
      onClose={onClose}
      title={plural(items.length, { one: 'Waiting for you', other: '# waiting for you' })}
      size="facts"
    >
      <div
        className="scroll-pane waiting-list"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
        tabIndex={0}
        role="region"
        aria-label={t`Announcements that wait for you`}
      >
        {items.map((item) => (
          <Waiting key={item.id} item={item} onLeave={onClose} />
        ))}
      </div>
    </Dialog>
  )
}

function Waiting({ item, onLeave }: { item: PendingBroadcast; onLeave: () => void }) {
  const { id, title, text, sentAt, priority, attachments, revision, expiresAt, needsAcknowledgement } = item
  const problem = usePendingBroadcasts(({ refused }) => refused[id] ?? null)
  const fold = useFold(text)
  return (
    <NoticeCard
      title={title === '' ? null : title}
      text={text}
      fold={fold}
      author={undefined}
      createdAt={sentAt}
      priority={priority}
      attachments={
        attachments.length > 0 && (
          <MessageAttachments
            attachments={attachments}
            conversationId={ANNOUNCEMENTS_ID}
            clientMessageId={id}
            author={t`an admin`}
          />
        )
      }
      footer={
        needsAcknowledgement ? (
          <AcknowledgeBar
            asking={{ state: 'asked', item, problem }}
            fold={fold}
            id={id}
            revision={revision}
            expiresAt={expiresAt}
          />
        ) : (
          // An urgent announcement without acknowledgement only wants to be opened.
          <Link to="/announcements" className="btn btn-quiet" onClick={onLeave}>
            <Trans>Open in Announcements</Trans>
          </Link>
        )
      }
    />
  )
}
