import { t } from '@lingui/core/macro'
import { Button } from '../ui/Button.tsx'
import type { FormDraft } from './useDraft.ts'

interface VersionConflictProps<N extends string> {
  draft: FormDraft<N>
  /** The texts that the server has. */
  saved: Readonly<Record<N, string>>
}

/**
 * Shows below the fields of a form the texts that were saved elsewhere while the user typed others, and asks which ones count. The
 * user may also type on. The form is not saved before.
 */
export function VersionConflict<N extends string>({ draft, saved }: VersionConflictProps<N>) {
  if (draft.conflicts.length === 0) return null
  return (
    <ConflictNote
      title={t`This was changed on another device while you were writing. It says now:`}
      theirs={draft.conflicts.map((name) => saved[name]).join('\n\n')}
      onKeepMine={draft.keepMine}
      onKeepTheirs={draft.keepTheirs}
    />
  )
}

interface ConflictNoteProps {
  title: string
  /** The text that was saved elsewhere. */
  theirs: string
  onKeepMine: () => void
  onKeepTheirs: () => void
}

/** Shows the other text of a conflict, beside the field with the user's own one, and two buttons to choose. */
export function ConflictNote({ title, theirs, onKeepMine, onKeepTheirs }: ConflictNoteProps) {
  return (
    <div role="alert" className="rounded-md border border-line-strong bg-base-200 p-3 text-ui">
      <p className="font-semibold">{title}</p>
      <blockquote
        dir="auto"
        className="mt-2 max-h-40 overflow-y-auto border-s-[3px] border-line-strong ps-3 text-msg whitespace-pre-wrap wrap-anywhere"
      >
        {theirs === '' ? t`No text` : theirs}
      </blockquote>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={onKeepMine}>
          {t`Keep my text`}
        </Button>
        <Button size="sm" variant="ghost" onClick={onKeepTheirs}>
          {t`Take the other text`}
        </Button>
      </div>
    </div>
  )
}
