import { CircleAlert, Eye, EyeOff } from 'lucide-react'
import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface FieldProps {
  label: string
  /** One quiet line under the field; the error takes its place. */
  hint?: ReactNode
  /** Why the value is refused, as a sentence. Marks the field as invalid. */
  error?: string | undefined
  /** At the end of the label's line, such as a counter. */
  aside?: ReactNode
}

/** One line of text with label, hint and error. Other props and `ref` go to the input. */
export function TextField({ label, hint, error, aside, ...input }: FieldProps & ComponentProps<'input'>) {
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: input.id })
  return frame(<input dir="auto" {...input} {...described} id={id} className="text-input" />)
}

/** Several lines of text. Other props and `ref` go to the textarea. */
export function TextAreaField({ label, hint, error, aside, ...area }: FieldProps & ComponentProps<'textarea'>) {
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: area.id })
  return frame(<textarea dir="auto" rows={6} {...area} {...described} id={id} className="text-input" />)
}

/** A password with a button that shows it. Other props and `ref` go to the input. */
export function PasswordField({
  label,
  hint,
  error,
  aside,
  ...input
}: FieldProps & Omit<ComponentProps<'input'>, 'type'>) {
  const [shown, setShown] = useState(false)
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: input.id })
  return frame(
    <span className="text-input pe-0!">
      {/* The placeholder is blank: the style sheet tells an empty field from a filled one by it. */}
      <input
        placeholder=" "
        spellCheck={false}
        autoCapitalize="none"
        {...input}
        {...described}
        id={id}
        type={shown ? 'text' : 'password'}
      />
      <IconButton
        icon={shown ? EyeOff : Eye}
        iconSize={18}
        label={shown ? 'Hide password' : 'Show password'}
        aria-controls={id}
        onClick={() => setShown(!shown)}
      />
    </span>,
  )
}

/** What the fields here are made of, for one of another kind: give `described` and `id` to the control and put it into `frame`. */
export function useFrame({ label, hint, error, aside, given }: FieldProps & { given: string | undefined }) {
  const made = useId()
  const id = given ?? made
  const noteId = `${id}-note`
  const note = error ? (
    <p id={noteId} className="flex gap-1.5 text-cap font-medium text-err-ink">
      <Icon icon={CircleAlert} size={14} className="mt-px" />
      {error}
    </p>
  ) : (
    hint && (
      <p id={noteId} className="field-hint">
        {hint}
      </p>
    )
  )
  return {
    id,
    described: { 'aria-invalid': error ? true : undefined, 'aria-describedby': note ? noteId : undefined },
    frame: (control: ReactNode) => (
      <div className="space-y-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <label className="field-label" htmlFor={id}>
            {label}
          </label>
          {aside}
        </div>
        {control}
        {note}
      </div>
    ),
  }
}
