import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, ConversationId, OwnUser } from 'backend/contract'
import { MessageCircleOff } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { useOpenConversation } from './useOpenConversation.ts'
import type { Timeline } from '../timeline/timeline.model.ts'
import { useSession } from '../accounts/session.store.ts'
import { useIsBlocked } from '../people/contacts.store.ts'
import { useConversations } from '../conversations/conversations.store.ts'
import { GroupInfoPane } from '../groups/GroupInfoPane.tsx'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { DropZone } from '../attachments/DropZone.tsx'
import { AnnouncementsFooter } from '../announcements/AnnouncementsFooter.tsx'
import { Composer } from '../composer/Composer.tsx'
import { BlockedFooter } from './BlockedFooter.tsx'
import { InactiveFooter } from './InactiveFooter.tsx'
import { ConversationHeader, type InfoPane } from './ConversationHeader.tsx'
import { EditComposer } from '../composer/EditComposer.tsx'
import { useEditing } from '../composer/useEditing.ts'
import { EmptyConversation } from './EmptyConversation.tsx'
import { LeftGroup } from './LeftGroup.tsx'
import { MessageListSkeleton } from '../messageList/MessageListSkeleton.tsx'
import { MessageActionsProvider } from '../messages/MessageActionsProvider.tsx'
import { MessageList } from '../messageList/MessageList.tsx'
import { titleOf } from '../conversations/conversationName.format.ts'

/** Shows a conversation or Announcements: header, messages, composer. Fills the flex column around it. */
export function ChatPane({ conversationId }: { conversationId: ConversationId }) {
  const left = useConversations((state) => state.left[conversationId])
  const user = useSession((state) => state.user)
  if (left && user) {
    return (
      <Frame label={t`Conversation`}>
        <ConversationHeader conversation={null} user={user} info={NO_INFO} />
        <LeftGroup {...left} />
      </Frame>
    )
  }
  // The key gives each conversation its own state: the separator of unread messages and the scroll position.
  return <OpenPane key={conversationId} conversationId={conversationId} />
}

function OpenPane({ conversationId }: { conversationId: ConversationId }) {
  const opened = useOpenConversation(conversationId)
  const user = useSession((state) => state.user)
  const [infoOpen, setInfoOpen] = useState(false)
  if (!user) return null

  if (opened.state === 'missing') {
    return (
      <Frame label={t`Conversation`}>
        <ConversationHeader conversation={null} user={user} info={NO_INFO} />
        <EmptyState
          icon={MessageCircleOff}
          title={t`Conversation not found`}
          actions={
            <Link to="/" className="btn btn-quiet btn-sm">
              <Trans>Back to chats</Trans>
            </Link>
          }
        >
          <Trans>It does not exist, or you are not a member of it.</Trans>
        </EmptyState>
      </Frame>
    )
  }

  const { conversation } = opened
  const info = { open: infoOpen, toggle: () => setInfoOpen(!infoOpen) }
  const pane = infoOpen && conversation?.group && (
    <GroupInfoPane conversation={conversation} group={conversation.group} onClose={() => setInfoOpen(false)} />
  )
  const instead =
    opened.state === 'failed' ? (
      <ErrorState
        title={t`Could not load messages`}
        problem={opened.problem}
        reassurance={t`Your drafts are safe on this device.`}
        onRetry={opened.retry}
      />
    ) : (
      <MessageListSkeleton />
    )
  return (
    <Frame label={conversation ? titleOf(conversation, user.id) : t`Conversation`} beside={pane}>
      <ConversationHeader conversation={conversation} user={user} info={info} />
      {conversation ? (
        <Talk conversation={conversation} timeline={opened.state === 'open' ? opened.timeline : null} user={user}>
          {instead}
        </Talk>
      ) : (
        instead
      )}
    </Frame>
  )
}

interface TalkProps {
  conversation: Conversation
  /** Null until it is loaded. */
  timeline: Timeline | null
  user: OwnUser
  /** Shown in place of the messages until then. */
  children: React.ReactNode
}

/**
 * Shows the messages and the composer, which also edits a chosen message. The composer stays mounted while the messages load, so a
 * text begun meanwhile is kept.
 */
function Talk({ conversation, timeline, user, children }: TalkProps) {
  const { editing, edit, done } = useEditing(conversation, timeline)

  function editLast(): void {
    const last = timeline?.messages.findLast(
      ({ seq, senderId, deletedAt }) =>
        senderId === user.id && deletedAt === null && timeline.changes[seq]?.kind !== 'delete',
    )
    if (last) edit(last.seq)
  }

  return (
    <Droppable conversation={conversation} user={user}>
      {!timeline ? (
        children
      ) : timeline.messages.length === 0 && timeline.pending.length === 0 ? (
        <EmptyConversation conversation={conversation} user={user} />
      ) : (
        <MessageActionsProvider conversation={conversation} user={user} onEdit={edit}>
          <MessageList conversation={conversation} timeline={timeline} user={user} editingSeq={editing?.seq ?? null} />
        </MessageActionsProvider>
      )}
      {editing ? (
        <EditComposer key={editing.seq} message={editing} onDone={done} />
      ) : (
        <Foot conversation={conversation} user={user} onEditLast={editLast} />
      )}
    </Droppable>
  )
}

/** Accepts dropped and pasted files where the user may write. */
function Droppable({
  conversation,
  user,
  children,
}: {
  conversation: Conversation
  user: OwnUser
  children: React.ReactNode
}) {
  const blocked = useIsBlocked(conversation.peer?.id)
  if (conversation.kind === 'broadcast' || blocked || conversation.peer?.state) return children
  return (
    <DropZone conversationId={conversation.id} receiver={titleOf(conversation, user.id)}>
      {children}
    </DropZone>
  )
}

function Foot({
  conversation,
  user,
  onEditLast,
}: {
  conversation: Conversation
  user: OwnUser
  onEditLast: () => void
}) {
  const blocked = useIsBlocked(conversation.peer?.id)
  if (conversation.kind === 'broadcast') return <AnnouncementsFooter user={user} />
  if (conversation.peer?.state) return <InactiveFooter state={conversation.peer.state} />
  if (blocked && conversation.peer) return <BlockedFooter user={conversation.peer} />
  return <Composer conversation={conversation} ownId={user.id} onEditLast={onEditLast} />
}

const NO_INFO: InfoPane = { open: false, toggle: () => {} }

/** @param beside the pane with the information about a group */
function Frame({ label, beside, children }: { label: string; beside?: React.ReactNode; children: React.ReactNode }) {
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <section aria-label={label} className="flex min-h-0 min-w-0 flex-1 flex-col bg-base-200">
        {children}
      </section>
      {beside}
    </div>
  )
}
