import type { Conversation, OwnUser } from 'backend/contract'
import { Hand, Megaphone, NotebookPen, Users } from 'lucide-react'
import { Link } from 'react-router'
import { useMessages } from '../timeline/messages.store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/States.tsx'
import { firstName } from '../conversations/conversationName.format.ts'

/** A conversation in which nothing was said yet. */
export function EmptyConversation({ conversation, user }: { conversation: Conversation; user: OwnUser }) {
  const { peer, group } = conversation
  if (group)
    return (
      <EmptyState icon={Users} title="Nothing was said yet">
        Everybody in <bdi>{group.name}</bdi> can read what you write.
      </EmptyState>
    )
  if (!peer) return <NoAnnouncements isAdmin={user.role === 'admin'} />
  if (peer.id === user.id) {
    return (
      <EmptyState icon={NotebookPen} title="A place for your own notes">
        Only you can read this.
      </EmptyState>
    )
  }
  const name = firstName(peer)
  const send = (text: string): void => useMessages.getState().send(conversation.id, text)
  return (
    <EmptyState
      icon={Hand}
      title={
        <>
          Say hello to <bdi>{name}</bdi>
        </>
      }
      actions={
        <>
          <Button size="sm" onClick={() => send(`👋 Hello, ${name}`)}>
            👋 Hello, <bdi>{name}</bdi>
          </Button>
          <Button size="sm" onClick={() => send('How are you?')}>
            How are you?
          </Button>
        </>
      }
    >
      Only you and <bdi>{peer.fullName}</bdi> can read this.
    </EmptyState>
  )
}

function NoAnnouncements({ isAdmin }: { isAdmin: boolean }) {
  return (
    <EmptyState
      icon={Megaphone}
      title="No announcements yet"
      actions={
        isAdmin && (
          <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm">
            Write the first one
          </Link>
        )
      }
    >
      What an admin tells everybody is kept here.
    </EmptyState>
  )
}
