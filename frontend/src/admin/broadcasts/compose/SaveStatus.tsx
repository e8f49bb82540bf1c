import { t } from '@lingui/core/macro'
import { problemText } from '../../../lib/problemText.ts'
import { shortTime } from '../../../lib/format.ts'
import { isBlank, type DraftState } from '../shared/draftContent.model.ts'

/** Says whether a draft is saved, and where. Only a failure has the role `status`: a screen reader would announce every save. */
export function SaveStatus({ id, content, saving, savedAt, saveProblem }: DraftState) {
  if (saving === 'failed' && saveProblem) {
    const reason = problemText(saveProblem)
    return (
      <span role="status" className="text-err-ink">
        {saveProblem.status === 0
          ? t`No connection. The draft stays on this device until it is back.`
          : t`Not saved: ${reason}`}
      </span>
    )
  }
  if (id === null && isBlank(content)) return t`Saved as you write`
  if (saving === 'local') return t`The complete fields are saved. The rest is on this device.`
  if (saving === 'saved' && savedAt !== null) return savedLabel(savedAt)
  if (saving === 'none') return t`Saved`
  return saving === 'saving' ? t`Saving…` : t`Not saved yet`
}

function savedLabel(savedAt: string): string {
  const time = shortTime(savedAt)
  return t`Draft saved ${time}`
}
