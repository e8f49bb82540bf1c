import { t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { memo, use, useId } from 'react'
import { useContextMenu } from '../ui/hooks/useContextMenu.ts'
import { useUser } from '../people/people.store.ts'
import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { useFold } from '../ui/Folded.tsx'
import { AcknowledgeBar } from './AcknowledgeBar.tsx'
import { DeletedText } from '../messages/DeletedText.tsx'
import { EditedMark } from '../messages/EditedMark.tsx'
import { FailedChange } from '../messages/FailedMessage.tsx'
import { MessageActionsContext } from '../messages/message.actions.ts'
import { MessageTools } from '../messages/MessageTools.tsx'
import { NoticeCard } from './NoticeCard.tsx'
import type { MessageRow } from '../messages/messageRows.model.ts'
import { MessageStatus } from '../messages/MessageStatus.tsx'
import { useAcknowledgementState } from './useAcknowledgementState.ts'

interface NoticeRowProps {
  row: MessageRow
  conversationId: ConversationId
  enters: boolean
  /** The announcement is in the composer. */
  editing: boolean
  tabStop: boolean
  onFocus: (key: string) => void
}

/** Shows a broadcast in the list of announcements. */
export const NoticeRow = memo(function NoticeRow({
  row,
  conversationId,
  enters,
  editing,
  tabStop,
  onFocus,
}: NoticeRowProps) {
  const author = useUser(row.senderId)
  const { openMenu } = use(MessageActionsContext)
  const menu = useContextMenu((at) => openMenu(row, at))
  const id = useId()
  const mark = row.broadcast
  const fold = useFold(row.deleted ? '' : row.text, row.key)
  const asking = useAcknowledgementState({ mark, own: row.own, deleted: row.deleted })
  const failed = row.change?.state === 'failed' ? row.change : null
  return (
    <div className={`log-row notice-row ${enters ? 'message-enters' : ''}`} data-editing={editing || undefined}>
      <div className="notice-frame" data-seq={row.seq ?? undefined} {...menu}>
        <NoticeCard
          id={id}
          title={row.deleted ? null : row.title}
          text={row.deleted ? <DeletedText /> : row.text}
          fold={fold}
          author={author}
          createdAt={row.createdAt}
          priority={mark?.priority}
          expiresAt={row.deleted || asking.state !== 'nothing' ? null : mark?.expiresAt}
          attachments={
            row.attachments.length > 0 && (
              <MessageAttachments
                attachments={row.attachments}
                conversationId={conversationId}
                clientMessageId={row.clientMessageId}
                author={author?.fullName ?? t`someone`}
              />
            )
          }
          mark={
            <>
              {row.edited && !row.deleted && <EditedMark row={row} />}
              {row.change?.state === 'sending' && <MessageStatus state="sending" />}
            </>
          }
          footer={
            mark &&
            asking.state !== 'nothing' && (
              <AcknowledgeBar
                asking={asking}
                fold={fold}
                id={mark.id}
                revision={mark.revision}
                expiresAt={mark.expiresAt}
              />
            )
          }
        />
        <MessageTools row={row} describedBy={id} tabStop={tabStop} onFocus={onFocus} />
        {failed && row.seq !== null && <FailedChange conversationId={conversationId} seq={row.seq} change={failed} />}
      </div>
    </div>
  )
})
