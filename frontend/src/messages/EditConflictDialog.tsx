import { t } from '@lingui/core/macro'
import type { ConversationId } from 'backend/contract'
import { useMessages } from '../timeline/messages.store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'

/** An edit that the server refused because another device replaced the text meanwhile. */
export interface EditConflict {
  seq: number
  mine: string
  /** The text of now. */
  theirs: { rev: number; text: string }
}

interface EditConflictDialogProps extends EditConflict {
  conversationId: ConversationId
  /** Called when the user wants to change the own text before it is sent. */
  onEdit: () => void
  onClose: () => void
}

/** Shows both texts of a refused edit, and asks which one counts. */
export function EditConflictDialog({ conversationId, seq, mine, theirs, onEdit, onClose }: EditConflictDialogProps) {
  const edit = useMessages((state) => state.edit)
  const discardChange = useMessages((state) => state.discardChange)
  return (
    <Dialog open onClose={onClose} title={t`Two versions of a message`} size="wide">
      <p className="mt-1 text-ui text-muted">{t`It was changed on another device before your change arrived.`}</p>
      <Version label={t`Your text`} text={mine} />
      <Version label={t`The other text`} text={theirs.text} />
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            discardChange(conversationId, seq)
            onClose()
          }}
        >
          {t`Take the other text`}
        </Button>
        <Button
          variant="ghost"
          size="sm"
          onClick={() => {
            discardChange(conversationId, seq)
            onClose()
            onEdit()
          }}
        >
          {t`Go on editing`}
        </Button>
        <Button
          variant="primary"
          size="sm"
          onClick={() => {
            edit(conversationId, seq, mine, theirs)
            onClose()
          }}
        >
          {t`Keep my text`}
        </Button>
      </div>
    </Dialog>
  )
}

function Version({ label, text }: { label: string; text: string }) {
  return (
    <section className="mt-3" aria-label={label}>
      <h3 className="field-label">{label}</h3>
      <blockquote
        dir="auto"
        className="mt-1 max-h-40 overflow-y-auto rounded-md border border-line-strong bg-base-200 px-3 py-2 text-msg whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </blockquote>
    </section>
  )
}
