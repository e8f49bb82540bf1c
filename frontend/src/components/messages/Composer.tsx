import type { Conversation, UserId } from 'backend/contract'
import { ArrowUp } from 'lucide-react'
import { useEffect } from 'react'
import { useDrafts } from '../../store/drafts.store.ts'
import { useMessages } from '../../store/messages.store.ts'
import { reportTyping } from '../../store/typing.store.ts'
import { ComposerForm } from './ComposerForm.tsx'
import { firstName } from './names.ts'

interface ComposerProps {
  conversation: Conversation
  ownId: UserId
  /** ArrowUp in an empty field: one's last message shall be edited. */
  onEditLast?: () => void
}

/** Writes a message. Offline too: what is sent waits and says so. */
export function Composer({ conversation, ownId, onEditLast }: ComposerProps) {
  const { id, peer, group } = conversation
  const draft = useDrafts((state) => state.drafts[id] ?? '')
  const toSelf = peer?.id === ownId

  function say(text: string): void {
    if (!toSelf) reportTyping(id, text)
  }

  // Who leaves has stopped.
  useEffect(() => () => reportTyping(id, ''), [id])

  return (
    <ComposerForm
      label={toSelf ? 'Write a note to yourself' : `Message ${group?.name ?? (peer ? firstName(peer) : '')}`}
      value={draft}
      onValue={(text) => {
        useDrafts.getState().setDraft(id, text)
        say(text)
      }}
      submit={SEND}
      onSubmit={(text) => {
        useMessages.getState().send(id, text)
        useDrafts.getState().setDraft(id, '')
        say('')
      }}
      onKey={(event) => {
        if (event.key !== 'ArrowUp' || draft !== '' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return
        event.preventDefault()
        onEditLast?.()
      }}
    />
  )
}

const SEND = { label: 'Send', icon: ArrowUp, refused: 'Not sent' } as const
