import { t } from '@lingui/core/macro'
import { use } from 'react'
import { MessageActionsContext } from './message.actions.ts'
import type { MessageRow } from './messageRows.model.ts'

/** Returns the word beside the time of an edited message. */
export const editedText = (): string => t`edited`

/** Marks an edited message beside its time. It opens the earlier texts once the server has the edit. */
export function EditedMark({ row }: { row: MessageRow }) {
  const { showEdits } = use(MessageActionsContext)
  if (row.change) return <span>{editedText()}</span>
  return (
    <button type="button" className="edited-mark" title={t`Show earlier texts`} onClick={() => showEdits(row)}>
      {editedText()}
      <span className="sr-only">, {t`show earlier texts`}</span>
    </button>
  )
}
