import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Conversation, OwnUser } from 'backend/contract'
import { Hand, Megaphone, NotebookPen, Users } from 'lucide-react'
import { Link } from 'react-router'
import { useMessages } from '../timeline/messages.store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/States.tsx'
import { firstName } from '../conversations/conversationName.format.ts'

/** Shows that a conversation has no messages yet. */
export function EmptyConversation({ conversation, user }: { conversation: Conversation; user: OwnUser }) {
  const { peer, group } = conversation
  if (group) {
    const groupName = group.name
    return (
      <EmptyState icon={Users} title={t`No messages yet`}>
        <Trans>
          All members of <bdi>{groupName}</bdi> can read your messages.
        </Trans>
      </EmptyState>
    )
  }
  if (!peer) return <NoAnnouncements isAdmin={user.role === 'admin'} />
  if (peer.id === user.id) {
    return (
      <EmptyState icon={NotebookPen} title={t`A place for your own notes`}>
        <Trans>Other members cannot read this. Admins can read backups.</Trans>
      </EmptyState>
    )
  }
  const name = firstName(peer)
  const { fullName } = peer
  const send = (text: string): void => useMessages.getState().send(conversation.id, text)
  return (
    <EmptyState
      icon={Hand}
      title={
        <Trans>
          Say hello to <bdi>{name}</bdi>
        </Trans>
      }
      actions={
        <>
          <Button size="sm" onClick={() => send(t`👋 Hello, ${name}`)}>
            <Trans>
              👋 Hello, <bdi>{name}</bdi>
            </Trans>
          </Button>
          <Button size="sm" onClick={() => send(t`How are you?`)}>
            {t`How are you?`}
          </Button>
        </>
      }
    >
      <Trans>
        You and <bdi>{fullName}</bdi> can read this. Admins can read reported messages and backups.
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
      <Trans>This page keeps the announcements of the admins.</Trans>
    </EmptyState>
  )
}
