import { useId, type ReactNode } from 'react'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  /** Shows the label to screen readers only. */
  quiet?: boolean
  className?: string
}

/** Shows the browser's own select. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  quiet = false,
  className = '',
}: ChoiceProps<T>) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className={quiet ? 'sr-only' : 'field-label mb-1.5 block'}>
        {label}
      </label>
      <select
        id={id}
        className="text-input"
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value)
          if (chosen) onChange(chosen.value)
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

interface RadiosProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string; hint: ReactNode }[]
  onChange: (value: T) => void
}

/** Shows radio buttons, each with an explanation. */
export function Radios<T extends string>({ label, value, options, onChange }: RadiosProps<T>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} className="radio-row">
          <input
            type="radio"
            name={name}
            aria-label={option.label}
            aria-describedby={`${name}-${option.value}`}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            <span className="block text-ui font-semibold">{option.label}</span>
            <span id={`${name}-${option.value}`} className="field-hint block">
              {option.hint}
            </span>
          </span>
        </label>
      ))}
    </div>
  )
}
