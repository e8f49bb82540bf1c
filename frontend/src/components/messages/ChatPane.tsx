import type { ConversationId } from 'backend/contract'
import { MessageCircleOff } from 'lucide-react'
import { Link } from 'react-router'
import { useOpenConversation } from '../../hooks/useOpenConversation.ts'
import { useAuth } from '../../store/auth.store.ts'
import { EmptyState, ErrorState } from '../ui/States.tsx'
import { AnnouncementsFooter } from './AnnouncementsFooter.tsx'
import { Composer } from './Composer.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import { EmptyConversation } from './EmptyConversation.tsx'
import { LogSkeleton } from './LogSkeleton.tsx'
import { MessageLog } from './MessageLog.tsx'
import { titleOf } from './names.ts'

/** A conversation, or Announcements: header, messages, composer. Fills the flex column it is put into. */
export function ChatPane({ conversationId }: { conversationId: ConversationId }) {
  // Each conversation begins with fresh state: its own divider, its own place.
  return <OpenPane key={conversationId} conversationId={conversationId} />
}

function OpenPane({ conversationId }: { conversationId: ConversationId }) {
  const opened = useOpenConversation(conversationId)
  const user = useAuth((state) => state.user)
  if (!user) return null

  if (opened.state === 'missing') {
    return (
      <Frame label="Conversation">
        <ConversationHeader conversation={null} user={user} />
        <EmptyState
          icon={MessageCircleOff}
          title="This conversation is not here"
          actions={
            <Link to="/" className="btn btn-quiet btn-sm">
              Back to chats
            </Link>
          }
        >
          It does not exist, or you are not in it.
        </EmptyState>
      </Frame>
    )
  }

  const { conversation } = opened
  return (
    <Frame label={conversation ? titleOf(conversation, user.id) : 'Conversation'}>
      <ConversationHeader conversation={conversation} user={user} />
      {opened.state === 'failed' && (
        <ErrorState
          title="Could not load messages"
          problem={opened.problem}
          reassurance="Your drafts are safe on this device."
          onRetry={opened.retry}
        />
      )}
      {opened.state === 'loading' && <LogSkeleton />}
      {opened.state === 'open' &&
        (opened.timeline.messages.length === 0 && opened.timeline.pending.length === 0 ? (
          <EmptyConversation conversation={opened.conversation} user={user} />
        ) : (
          <MessageLog conversation={opened.conversation} timeline={opened.timeline} user={user} />
        ))}
      {conversation?.kind === 'direct' && <Composer conversation={conversation} ownId={user.id} />}
      {conversation?.kind === 'broadcast' && <AnnouncementsFooter user={user} />}
    </Frame>
  )
}

function Frame({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <section aria-label={label} className="flex min-h-0 min-w-0 flex-1 flex-col bg-base-200">
      {children}
    </section>
  )
}
