import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { use } from 'react'
import { MessageActionsContext } from './message.actions.ts'
import type { MessageRow } from './messageRows.model.ts'

export const EDITED = 'edited'

/** Beside the time of a message that was edited; opens its earlier texts once the server has them. */
export function EditedMark({ row }: { row: MessageRow }) {
  const { showEdits } = use(MessageActionsContext)
  if (row.change) return <span>{EDITED}</span>
  return (
    <button type="button" className="edited-mark" title={t`Show earlier texts`} onClick={() => showEdits(row)}>
      {EDITED}
      <span className="sr-only">
        <Trans>, show earlier texts</Trans>
      </span>
    </button>
  )
}
