import { msg, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Check, Pencil, Trash2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { ConflictNote } from '../drafts/VersionConflict.tsx'
import { useDraft } from '../drafts/useDraft.ts'
import { copyText } from '../lib/copyText.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { useMutedUntil } from '../accounts/useMutedUntil.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { DiscardQuestion } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { showToast } from '../ui/toast.store.ts'
import { ComposerForm } from './ComposerForm.tsx'
import { MutedNote } from './MutedNote.tsx'
import { editDraftKey } from '../drafts/editDraft.keys.ts'
import type { EditedMessage } from './useEditing.ts'

interface EditComposerProps {
  message: EditedMessage
  /** Called when the edit was saved or given up. */
  onDone: () => void
}

/**
 * Edits a message in place of the composer; the draft of a new message is kept. Use one instance per message (`key`). The typed text
 * is a draft too. A text that another device saved meanwhile is shown beside it, and is replaced only when the user wants it.
 */
export function EditComposer({ message, onDone }: EditComposerProps) {
  const { conversationId, seq, text, version, isGone, isChosen } = message
  const key = editDraftKey(conversationId, seq)
  const draft = useDraft(key, { text })
  const [asking, setAsking] = useState(false)
  const muted = useMutedUntil() !== null
  const [opener] = useState(() => document.activeElement)
  const isConflict = draft.conflicts.length > 0 && !isGone

  // Gives the focus back to the element that began the edit, unless the composer takes it.
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    },
    [opener],
  )

  function end(): void {
    draft.clear()
    onDone()
  }

  const leave = (): void => (draft.isChanged ? setAsking(true) : onDone())

  return (
    <ComposerForm
      label={t`Edit message`}
      takesFocus={isChosen}
      value={draft.values.text}
      draft={key}
      onValue={(value) => draft.change({ text: value })}
      submit={SAVE}
      locked={muted || isGone || isConflict}
      onSubmit={(edited) => {
        if (draft.isChanged && edited !== text) useMessages.getState().edit(conversationId, seq, edited, version)
        end()
      }}
      onKey={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        leave()
      }}
    >
      <MutedNote />
      <div className="flex items-center gap-2.5 pt-1 pb-1.5 ps-3.5 pe-1 text-sec text-muted">
        <Icon icon={isGone ? Trash2 : Pencil} size={16} />
        <span className="min-w-0 grow" role={isGone ? 'alert' : undefined}>
          <span className="block font-semibold text-primary">
            {isGone ? <Trans>The message was deleted</Trans> : <Trans>Editing</Trans>}
          </span>
          {isGone ? (
            <span className="block">
              <Trans>Your change was not saved. Copy your text if you need it.</Trans>
            </span>
          ) : (
            <bdi className="keep-edge block truncate">{text.slice(0, 160)}</bdi>
          )}
        </span>
        {isGone && (
          <Button size="sm" onClick={() => void copy(draft.values.text)}>
            <Trans>Copy text</Trans>
          </Button>
        )}
        <IconButton icon={X} iconSize={18} label={t`Stop editing`} onClick={leave} />
      </div>
      {isConflict && (
        <div className="px-2 pb-2">
          <ConflictNote
            title={t`This message was changed on another device while you were writing. It says now:`}
            theirs={text}
            onKeepMine={draft.keepMine}
            onKeepTheirs={draft.keepTheirs}
          />
        </div>
      )}
      <DiscardQuestion open={asking} onDiscard={end} onClose={() => setAsking(false)} />
    </ComposerForm>
  )
}

const SAVE = { label: msg`Save`, icon: Check, refused: msg`Not saved.` } as const

async function copy(text: string): Promise<void> {
  if (await copyText(text)) showToast(t`Copied.`)
  else showToast(t`Not copied: the browser does not allow it.`, 'error')
}
