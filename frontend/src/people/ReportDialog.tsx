import { codePoints, LIMITS, type Problem, type UserId } from 'backend/contract'
import { useState, type SubmitEvent } from 'react'
import { report } from './people.api.ts'
import { asProblem } from '../connection/problem.model.ts'
import { usePerson } from './people.store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextAreaField } from '../ui/Field.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { showToast } from '../ui/toast.store.ts'
import { closeAsking, type ReportedMessage } from './profileDialogs.store.ts'

/** Tells the admins what is wrong with somebody. */
export function ReportDialog({ userId, message }: { userId: UserId; message: ReportedMessage | undefined }) {
  const person = usePerson(userId)
  const [reason, setReason] = useState('')
  const [pending, setPending] = useState(false)
  const [missing, setMissing] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const name = person?.fullName ?? 'this person'
  const left = LIMITS.reportReasonMax - codePoints(reason.trim())

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const text = reason.trim()
    if (text === '') setMissing(true)
    if (text === '' || left < 0 || pending) return
    setPending(true)
    try {
      await report({ userId, ...message, reason: text })
      showToast('Thank you. The admins have your report.')
      closeAsking()
    } catch (error) {
      setProblem(asProblem(error))
      setPending(false)
    }
  }

  const error =
    left < 0 ? `Shorten it by ${-left} characters.` : missing && reason.trim() === '' ? 'Say what is wrong.' : undefined
  return (
    <Dialog open onClose={closeAsking} title={message ? `Report a message of ${name}` : `Report ${name}`} size="wide">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p className="mt-1 mb-4 text-ui text-muted">
          Only the admins of this server see it{message && ', together with the message as it is now'}. {name} is not
          told.
        </p>
        <TextAreaField
          data-autofocus
          label="What is wrong?"
          rows={4}
          value={reason}
          error={error}
          onChange={(event) => setReason(event.target.value)}
        />
        <Refusal className="mt-3">{problem?.detail}</Refusal>
        <div className="mt-5 flex justify-end gap-2">
          <Button variant="ghost" size="sm" onClick={closeAsking}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" size="sm" pending={pending}>
            Send report
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
