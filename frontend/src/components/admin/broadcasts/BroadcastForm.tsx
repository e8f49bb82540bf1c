import { LIMITS } from 'backend/contract'
import type { Ref } from 'react'
import { count } from '../../../lib/format.ts'
import { TextAreaField, TextField } from '../../ui/Field.tsx'
import type { BroadcastErrors } from './checkBroadcast.ts'

interface BroadcastFormProps {
  title: string
  text: string
  errors: BroadcastErrors
  titleRef: Ref<HTMLInputElement>
  textRef: Ref<HTMLTextAreaElement>
  onChange: (part: { title?: string; text?: string }) => void
  onSubmit: () => void
}

/** What the broadcast says. */
export function BroadcastForm({ title, text, errors, titleRef, textRef, onChange, onSubmit }: BroadcastFormProps) {
  return (
    <form
      aria-label="Broadcast"
      className="min-w-0 space-y-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <TextField
        ref={titleRef}
        label="Title (optional)"
        value={title}
        error={errors.title}
        autoComplete="off"
        aside={<Counter text={title} max={LIMITS.titleMax} from={20} />}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <TextAreaField
        ref={textRef}
        label="Message"
        rows={10}
        value={text}
        error={errors.text}
        hint="Everybody gets it, also those who join later."
        aside={<Counter text={text} max={LIMITS.messageMax} from={200} />}
        onChange={(event) => onChange({ text: event.target.value })}
      />
    </form>
  )
}

/** Appears when few characters are left. */
function Counter({ text, max, from }: { text: string; max: number; from: number }) {
  const left = max - [...text.trim()].length
  if (left > from) return null
  return (
    <span className={`text-cap tabular-nums ${left < 0 ? 'font-semibold text-err-ink' : 'text-muted'}`}>
      {count(left)}
      <span className="sr-only"> characters left</span>
    </span>
  )
}
