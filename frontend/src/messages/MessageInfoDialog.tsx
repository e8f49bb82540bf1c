import { t } from '@lingui/core/macro'
import type { Conversation, Message, MessageReceipt, OwnUser, UserId } from 'backend/contract'
import { messageReceipts } from '../timeline/message.api.ts'
import { fileSize, fullTime } from '../lib/format.ts'
import { plainText } from '../lib/plainText.ts'
import { useUser } from '../people/people.store.ts'
import { UserLabel } from '../people/UserLabel.tsx'
import { useMessages } from '../timeline/messages.store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Bone, Skeleton } from '../ui/Skeleton.tsx'
import { ErrorState } from '../ui/States.tsx'
import { MessageRecipients } from './MessageRecipients.tsx'
import { use } from 'react'
import { Avatar } from '../people/Avatar.tsx'
import { PresenceLabel } from '../people/PresenceLabel.tsx'
import { showProfile } from '../people/profileDialogs.store.ts'
import { extensionOf } from '../uploads/file.format.ts'
import { MessageActionsContext } from './message.actions.ts'
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
  const { showEdits } = use(MessageActionsContext)
  const text = row.title ?? (kind === 'broadcast' ? plainText(row.text) : row.text)
  return (
    <Dialog open onClose={onClose} title={t`Message info`} size={toMany ? 'screen' : 'facts'}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it */}
      <div className="scroll-pane px-4 pb-5" tabIndex={0} role="region" aria-label={t`Message info`}>
        {text !== '' && (
          <p dir="auto" className="line-clamp-3 rounded-field bg-base-200 px-3 py-2 text-msg wrap-anywhere">
            {text}
          </p>
        )}
        <dl className="mt-4 space-y-3">
          {!row.own && <Sender userId={row.senderId} />}
          <Fact name={t`Sent`} at={row.createdAt} />
          {message?.editedAt && <Fact name={t`Edited`} at={message.editedAt} onPress={() => showEdits(row)} />}
          {row.attachments.map(({ id, name, size }) => (
            <div key={id}>
              <dt className="field-label">{t`File`}</dt>
              <dd className="mt-0.5 text-ui wrap-anywhere text-muted">
                <bdi>{name}</bdi> · {[extensionOf(name), fileSize(size)].filter((part) => part !== '').join(' · ')}
              </dd>
            </div>
          ))}
          {toPeer && message && <Receipts conversation={conversation} message={message} user={user} />}
        </dl>
        {toMany && message && <MessageRecipients conversationId={id} seq={message.seq} />}
      </div>
    </Dialog>
  )
}

/** Shows the sender as a button that opens the profile. */
function Sender({ userId }: { userId: UserId }) {
  const sender = useUser(userId)
  return (
    <div>
      <dt className="field-label">{t`From`}</dt>
      <dd className="-mx-2.5 mt-0.5">
        {sender ? (
          <button type="button" className="member-row member-face w-full" onClick={() => showProfile(userId)}>
            <Avatar user={sender} size={40} />
            <span className="min-w-0">
              <UserLabel user={sender} className="row-name block" />
              <span className="block truncate text-cap text-muted">
                {sender.statusText === '' ? <PresenceLabel user={sender} /> : <bdi>{sender.statusText}</bdi>}
              </span>
            </span>
          </button>
        ) : (
          <Bone className="mx-2.5 h-10 w-40" />
        )}
      </dd>
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
      <Fact
        name={t`Delivered`}
        at={receipt?.deliveredAt ?? null}
        otherwise={message.seq <= conversation.peerDeliveredSeq ? t`Yes` : t`Not yet`}
      />
      <Fact
        name={t`Read`}
        at={receipt?.readAt ?? null}
        otherwise={message.seq <= conversation.peerReadSeq ? t`Yes` : hidden(conversation, user)}
      />
    </>
  )
}

function hidden({ receiptsHidden }: Conversation, { hidesReadReceipts }: OwnUser): string {
  if (hidesReadReceipts) return t`Not shown, because you hide your read receipts`
  return receiptsHidden ? t`Not shown, because the other person hides their read receipts` : t`Not yet`
}

interface FactProps {
  name: string
  at: string | null
  /** Shown without a time. */
  otherwise?: string
  /** Shows more about it: the earlier texts of an edited message. */
  onPress?: () => void
}

function Fact({ name, at, otherwise = t`Not yet`, onPress }: FactProps) {
  return (
    <div>
      <dt className="field-label">{name}</dt>
      <dd className="mt-0.5 flex flex-wrap items-center gap-x-3 text-ui text-muted">
        {at === null ? otherwise : <time dateTime={at}>{fullTime(at)}</time>}
        {onPress && (
          <button type="button" className="text-link min-h-8 text-link max-md:min-h-11" onClick={onPress}>
            {t`Earlier texts`}
          </button>
        )}
      </dd>
    </div>
  )
}
