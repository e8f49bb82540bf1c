import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { cleanText, codePoints, isEmptyText, LIMITS } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { Button } from '../ui/Button.tsx'
import { useDraft } from '../drafts/useDraft.ts'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { TextAreaField } from '../ui/Field.tsx'
import type { RefusedText } from './message.actions.ts'

/** Edits a message that the server refused because of its text. */
export function RewriteDialog({
  draft: key,
  text,
  reason,
  mayBeEmpty,
  send,
  onClose,
}: RefusedText & { onClose: () => void }) {
  const draft = useDraft(key, { text })
  const value = draft.values.text
  const [tried, setTried] = useState(false)
  const left = LIMITS.messageMax - codePoints(value.trim())
  const missing = isEmptyText(value) && !mayBeEmpty
  const excess = -left
  const tooLong = plural(excess, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
  const error = excess > 0 ? tooLong : tried && missing ? t`Write a text, or delete the message.` : undefined

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setTried(true)
    if (left < 0 || missing) return
    send(cleanText(value))
    draft.clear()
    onClose()
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Edit message`}
      size="wide"
      unsaved={draft.isChanged}
      onDiscard={draft.clear}
    >
      <form onSubmit={submit} noValidate>
        <p className="mt-1 mb-4 text-ui text-muted">{reason}</p>
        <TextAreaField
          data-autofocus
          label={t`Message`}
          rows={4}
          value={value}
          error={error}
          onChange={(event) => draft.change({ text: event.target.value })}
        />
        <div className="mt-5 flex justify-end gap-2">
          <CancelButton />
          <Button type="submit" variant="primary" size="sm">
            <Trans>Send</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
