import { msg, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ConversationId } from 'backend/contract'
import { Check, Pencil, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useMessages } from '../timeline/messages.store.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ComposerForm } from './ComposerForm.tsx'
import { MutedNote } from './MutedNote.tsx'

interface EditComposerProps {
  conversationId: ConversationId
  seq: number
  /** The text to edit. */
  text: string
  /** Called when it was saved or cancelled. */
  onDone: () => void
}

/** Edits a message in place of the composer; the draft of a new message is kept. Use one instance per message (`key`). */
export function EditComposer({ conversationId, seq, text, onDone }: EditComposerProps) {
  const [value, setValue] = useState(text)
  const muted = useMutedUntil() !== null
  const [opener] = useState(() => document.activeElement)

  // Gives the focus back to the element that began the edit, unless the composer takes it.
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    },
    [opener],
  )

  return (
    <ComposerForm
      label={t`Edit message`}
      takesFocus
      value={value}
      draft={`edit:${conversationId}:${seq}`}
      onValue={setValue}
      submit={SAVE}
      locked={muted}
      onSubmit={(edited) => {
        if (edited !== text) useMessages.getState().edit(conversationId, seq, edited)
        onDone()
      }}
      onKey={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onDone()
      }}
    >
      <MutedNote />
      <div className="flex items-center gap-2.5 pt-1 pb-1.5 ps-3.5 pe-1 text-sec text-muted">
        <Icon icon={Pencil} size={16} />
        <span className="min-w-0 grow">
          <span className="block font-semibold text-primary">
            <Trans>Editing</Trans>
          </span>
          <bdi className="block truncate">{text.slice(0, 160)}</bdi>
        </span>
        <IconButton icon={X} iconSize={18} label={t`Stop editing`} onClick={onDone} />
      </div>
    </ComposerForm>
  )
}

const SAVE = { label: msg`Save`, icon: Check, refused: msg`Not saved.` } as const
