import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
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
      <EmptyState icon={Users} title={t`Nothing was said yet`}>
        <Trans>
          Everybody in <bdi>{group.name}</bdi> can read what you write.
        </Trans>
      </EmptyState>
    )
  if (!peer) return <NoAnnouncements isAdmin={user.role === 'admin'} />
  if (peer.id === user.id) {
    return (
      <EmptyState icon={NotebookPen} title={t`A place for your own notes`}>
        <Trans>Only you can read this.</Trans>
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
          <Trans>
            Say hello to <bdi>{name}</bdi>
          </Trans>
        </>
      }
      actions={
        <>
          <Button size="sm" onClick={() => send(`👋 Hello, ${name}`)}>
            <Trans>
              👋 Hello, <bdi>{name}</bdi>
            </Trans>
          </Button>
          <Button size="sm" onClick={() => send('How are you?')}>
            <Trans>How are you?</Trans>
          </Button>
        </>
      }
    >
      <Trans>
        Only you and <bdi>{peer.fullName}</bdi> can read this.
      </Trans>
    </EmptyState>
  )
}

function NoAnnouncements({ isAdmin }: { isAdmin: boolean }) {
  return (
    <EmptyState
      icon={Megaphone}
      title={t`No announcements yet`}
      actions={
        isAdmin && (
          <Link to="/admin/broadcasts/new" className="btn btn-quiet btn-sm">
            <Trans>Write the first one</Trans>
          </Link>
        )
      }
    >
      <Trans>What an admin tells everybody is kept here.</Trans>
    </EmptyState>
  )
}
