import { msg, t } from '@lingui/core/macro'
import type { Conversation, UserId } from 'backend/contract'
import { ArrowUp, Mic } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useDrafts } from '../drafts/drafts.store.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { reportTyping } from '../typing/typing.store.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { AttachButton } from '../attachments/AttachButton.tsx'
import { AttachmentTray } from '../attachments/AttachmentTray.tsx'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toast.store.ts'
import { ComposerForm } from './ComposerForm.tsx'
import { MutedNote } from './MutedNote.tsx'
import { firstName } from '../conversations/conversationName.format.ts'

const VoiceRecorder = lazy(() =>
  import('../attachments/VoiceRecorder.tsx').then((piece) => ({ default: piece.VoiceRecorder })),
)

interface ComposerProps {
  conversation: Conversation
  ownId: UserId
  /** Called for ArrowUp in an empty field, which edits the last own message. */
  onEditLast: () => void
}

/** Writes a message, also offline: the message then waits in the outbox and says so. */
export function Composer({ conversation, ownId, onEditLast }: ComposerProps) {
  const { id, peer, group } = conversation
  const draft = useDrafts((state) => state.drafts[id] ?? '')
  const toSelf = peer?.id === ownId
  const receiver = group?.name ?? (peer ? firstName(peer) : '')
  const muted = useMutedUntil() !== null

  const hasFiles = useUploads((state) => (state.trays[id]?.length ?? 0) > 0)
  const [recording, setRecording] = useState(false)

  function send(text: string): void {
    const { trays, items, take } = useUploads.getState()
    if (trays[id]?.some((key) => items[key]?.state === 'failed')) {
      showToast(t`Not sent: a file could not be uploaded. Retry or remove it.`, 'error')
      return
    }
    useMessages.getState().send(id, text, take(id))
    useDrafts.getState().setDraft(id, '')
    report('')
  }

  function report(text: string): void {
    if (!toSelf) reportTyping(id, text)
  }

  // Closing the conversation ends the typing.
  useEffect(() => () => reportTyping(id, ''), [id])

  if (recording) {
    return (
      <Suspense fallback={<div className="composer min-h-16" />}>
        <VoiceRecorder conversationId={id} onDone={() => setRecording(false)} />
      </Suspense>
    )
  }

  return (
    <ComposerForm
      label={toSelf ? t`Write a note to yourself` : t`Message ${receiver}`}
      value={draft}
      draft={id}
      onValue={(text) => {
        useDrafts.getState().setDraft(id, text)
        report(text)
      }}
      submit={SEND}
      onSubmit={send}
      locked={muted}
      filled={hasFiles}
      before={<AttachButton conversationId={id} />}
      idle={
        <button
          type="button"
          className="composer-tool"
          aria-label={t`Record a voice message`}
          title={t`Record a voice message`}
          onClick={() => setRecording(true)}
        >
          <Icon icon={Mic} size={22} />
        </button>
      }
      onKey={(event) => {
        if (event.key !== 'ArrowUp' || draft !== '' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey)
          return
        event.preventDefault()
        onEditLast()
      }}
    >
      <MutedNote />
      <AttachmentTray conversationId={id} />
    </ComposerForm>
  )
}

const SEND = { label: msg`Send`, icon: ArrowUp, refused: msg`Not sent.` } as const
