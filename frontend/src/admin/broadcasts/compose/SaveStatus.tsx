import { shortTime } from '../../../lib/format.ts'
import { isBlank, type DraftState } from '../shared/draftContent.model.ts'

/** Whether what was written is safe, and where. Only a failure is announced: every save would be chatter. */
export function SaveStatus({ id, content, saving, savedAt, saveProblem }: DraftState) {
  if (saving === 'failed' && saveProblem) {
    return (
      <span role="status" className="text-err-ink">
        {saveProblem.status === 0
          ? 'No connection. Kept on this device until it is back.'
          : `Not saved: ${saveProblem.detail}`}
      </span>
    )
  }
  if (id === null && isBlank(content)) return 'Saved as you write'
  if (saving === 'local') return 'Saved as far as it is complete; the rest is on this device'
  if (saving === 'saved' && savedAt !== null) return `Draft saved ${shortTime(savedAt)}`
  if (saving === 'none') return 'Saved'
  return saving === 'saving' ? 'Saving…' : 'Not saved yet'
}
