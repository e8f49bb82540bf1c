import { plural, t } from '@lingui/core/macro'
import { cleanText, codePoints, isEmptyText, LIMITS, type Problem, type UserId } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { problemText } from '../lib/problemText.ts'
import { report } from './people.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { useUser } from './people.store.ts'
import { Button } from '../ui/Button.tsx'
import { CancelButton, Dialog } from '../ui/Dialog.tsx'
import { useDraft } from '../drafts/useDraft.ts'
import { TextAreaField } from '../ui/Field.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { showToast } from '../ui/toast.store.ts'
import { closeAsking, type ReportedMessage } from './profileDialogs.store.ts'
import { isolate } from '../lib/isolate.ts'
import { IsolatedText } from '../ui/IsolatedText.tsx'

const BLANK = { reason: '' }

/** Reports a person or a message to the admins. */
export function ReportDialog({ userId, message }: { userId: UserId; message: ReportedMessage | undefined }) {
  const user = useUser(userId)
  const draft = useDraft(`report:${userId}${message ? `:${message.conversationId}:${message.seq}` : ''}`, BLANK)
  const { reason } = draft.values
  const [pending, setPending] = useState(false)
  const [missing, setMissing] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = user?.fullName ?? t`this person`
  const left = LIMITS.reportReasonMax - codePoints(reason.trim())

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const text = cleanText(reason)
    if (text === '') setMissing(true)
    if (text === '' || left < 0 || pending) return
    setPending(true)
    try {
      await report({ userId, ...message, reason: text })
      draft.clear()
      showToast(t`Thank you. Your report was sent to the admins.`)
      closeAsking()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  const error =
    left < 0
      ? plural(-left, { one: 'Shorten it by # character.', other: 'Shorten it by # characters.' })
      : missing && isEmptyText(reason)
        ? t`Describe what is wrong.`
        : undefined
  return (
    <Dialog
      open
      onClose={closeAsking}
      title={message ? t`Report a message from ${{ name: isolate(name) }}` : t`Report ${{ name: isolate(name) }}`}
      size="wide"
      unsaved={draft.isChanged}
      onDiscard={draft.clear}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p className="mt-1 mb-4 text-ui text-muted">
          <IsolatedText
            text={
              message
                ? t`Only the admins of this server see your report and the message. ${{ name: isolate(name) }} is not told.`
                : t`Only the admins of this server see your report. ${{ name: isolate(name) }} is not told.`
            }
          />
        </p>
        <TextAreaField
          data-autofocus
          label={t`What is wrong?`}
          rows={4}
          value={reason}
          error={error}
          onChange={(event) => draft.change({ reason: event.target.value })}
        />
        <Refusal className="mt-3">{problem && problemText(problem)}</Refusal>
        <div className="mt-5 flex justify-end gap-2">
          <CancelButton />
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            {t`Send report`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
