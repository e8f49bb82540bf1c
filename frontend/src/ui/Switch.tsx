import { useId, type ReactNode } from 'react'

interface SwitchProps {
  label: string
  /** One or two sentences about the setting. */
  hint: ReactNode
  checked: boolean
  /** Ignores further presses, but keeps the focus. */
  pending?: boolean
  onChange: (checked: boolean) => void
}

/** Shows a setting that is on or off and takes effect at once. */
export function Switch({ label, hint, checked, pending = false, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="block text-ui font-semibold">
          {label}
        </label>
        <p id={`${id}-hint`} className="field-hint mt-0.5">
          {hint}
        </p>
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={`${TRACK} ${THUMB} ${TARGET}`}
        aria-describedby={`${id}-hint`}
        aria-busy={pending || undefined}
        checked={checked}
        aria-checked={checked}
        onChange={(event) => {
          if (!pending) onChange(event.target.checked)
        }}
      />
    </div>
  )
}

const TRACK =
  'relative h-[22px] w-9 flex-none cursor-pointer appearance-none rounded-full bg-base-100 inset-ring inset-ring-line-strong transition-colors checked:bg-primary checked:inset-ring-0'
const THUMB =
  'before:absolute before:start-1 before:top-1 before:size-3.5 before:rounded-full before:bg-muted before:transition-[inset-inline-start] checked:before:start-[18px] checked:before:bg-primary-content'
/** Reaches beyond the track, so that a finger hits it. */
const TARGET = 'after:absolute after:-inset-x-1 after:-inset-y-[11px]'
