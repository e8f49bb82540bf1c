import { t } from '@lingui/core/macro'
import type { Conversation, Message, MessageReceipt, OwnUser, UserId } from 'backend/contract'
import { messageReceipts } from '../timeline/message.api.ts'
import { fullTime } from '../lib/format.ts'
import { plainText } from '../lib/plainText.ts'
import { useUser } from '../people/people.store.ts'
import { UserLabel } from '../people/UserLabel.tsx'
import { useMessages } from '../timeline/messages.store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { MessageRecipients } from './MessageRecipients.tsx'
import type { MessageRow } from './messageRows.model.ts'
import { useRequest } from '../connection/useRequest.ts'

interface MessageInfoDialogProps {
  conversation: Conversation
  row: MessageRow
  user: OwnUser
  onClose: () => void
}

/** Shows when a message was sent, edited, delivered and read, as far as the user may know. */
export function MessageInfoDialog({ conversation, row, user, onClose }: MessageInfoDialogProps) {
  const { id, kind, peer } = conversation
  const message = useMessages((state) => state.timelines[id]?.messages.find(({ seq }) => seq === row.seq))
  const toMany = (kind === 'broadcast' && user.role === 'admin') || (kind === 'group' && row.own)
  const toPeer = kind === 'direct' && row.own && peer?.id !== user.id
  return (
    <Dialog open onClose={onClose} title={t`Message info`} size={toMany ? 'screen' : 'facts'}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it */}
      <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label={t`Message info`}>
        <p dir="auto" className="line-clamp-3 rounded-field bg-base-200 px-3 py-2 text-msg wrap-anywhere">
          {row.title ?? (kind === 'broadcast' ? plainText(row.text) : row.text)}
        </p>
        <dl className="mt-4 space-y-3">
          {!row.own && <Sender userId={row.senderId} />}
          <Fact name={t`Sent`} at={row.createdAt} />
          {message?.editedAt && <Fact name={t`Edited`} at={message.editedAt} />}
          {toPeer && message && <Receipts conversation={conversation} message={message} user={user} />}
        </dl>
        {toMany && message && <MessageRecipients conversationId={id} seq={message.seq} />}
      </div>
    </Dialog>
  )
}

function Sender({ userId }: { userId: UserId }) {
  const sender = useUser(userId)
  return (
    <div>
      <dt className="field-label">{t`From`}</dt>
      <dd className="mt-0.5 text-ui">{sender ? <UserLabel user={sender} /> : <Bone className="h-4 w-40" />}</dd>
    </div>
  )
}

function Receipts({ conversation, message, user }: { conversation: Conversation; message: Message; user: OwnUser }) {
  const { answer, problem, retry } = useRequest(() => messageReceipts(conversation.id, message.seq))
  if (problem) return <ErrorState title={t`Could not load the read receipts`} problem={problem} onRetry={retry} />
  if (!answer) {
    return (
      <Skeleton label={t`Loading`} className="space-y-3">
        <Bone className="h-9 w-48" />
      </Skeleton>
    )
  }
  const receipt: MessageReceipt | undefined = answer.items[0]
  return (
    <>
      <Fact name={t`Delivered`} at={receipt?.deliveredAt ?? null} />
      <Fact name={t`Read`} at={receipt?.readAt ?? null} otherwise={hidden(conversation, user)} />
    </>
  )
}

function hidden({ receiptsHidden }: Conversation, { hidesReadReceipts }: OwnUser): string {
  if (hidesReadReceipts) return t`Not shown, because you hide your read receipts`
  return receiptsHidden ? t`Not shown, because the other person hides their read receipts` : t`Not yet`
}

function Fact({ name, at, otherwise = t`Not yet` }: { name: string; at: string | null; otherwise?: string }) {
  return (
    <div>
      <dt className="field-label">{name}</dt>
      <dd className="mt-0.5 text-ui text-muted">
        {at === null ? otherwise : <time dateTime={at}>{fullTime(at)}</time>}
      </dd>
    </div>
  )
}
