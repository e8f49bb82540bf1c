import { t } from '@lingui/core/macro'
import { CircleAlert, Eye, EyeOff } from 'lucide-react'
import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import { fieldDirection } from '../lib/firstStrong.ts'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface FieldProps {
  label: string
  /** One line under the field. An error replaces it. */
  hint?: ReactNode
  /** A sentence that says why the value is refused. Marks the field as invalid. */
  error?: string | undefined
  /** Shown at the end of the label's line, for example a counter. */
  aside?: ReactNode
}

/** Shows a text input of one line with label, hint and error. Other props and `ref` go to the input. */
export function TextField({ label, hint, error, aside, ...input }: FieldProps & ComponentProps<'input'>) {
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: input.id })
  return frame(<input dir="auto" {...input} {...described} id={id} className="text-input" />)
}

/** Shows a text input of several lines. Other props and `ref` go to the textarea. */
export function TextAreaField({ label, hint, error, aside, ...area }: FieldProps & ComponentProps<'textarea'>) {
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: area.id })
  const dir = typeof area.value === 'string' ? fieldDirection(area.value) : 'auto'
  return frame(<textarea dir={dir} rows={6} {...area} {...described} id={id} className="text-input" />)
}

/** Shows a password input with a button that reveals it. Other props and `ref` go to the input. */
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
      {/* The style sheet recognises an empty field by its blank placeholder. */}
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
        label={shown ? t`Hide password` : t`Show password`}
        aria-controls={id}
        onClick={() => setShown(!shown)}
      />
    </span>,
  )
}

interface FieldFrame {
  id: string
  described: { 'aria-invalid': true | undefined; 'aria-describedby': string | undefined }
  /** Puts the label above the control, and the hint or the error below it. */
  frame: (control: ReactNode) => ReactNode
}

/** Returns the parts of a field for another kind of control: give it `described` and `id`, and put it into `frame`. */
export function useFrame({ label, hint, error, aside, given }: FieldProps & { given: string | undefined }): FieldFrame {
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
