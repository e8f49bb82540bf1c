import type { GroupHistory } from 'backend/contract'
import { useId } from 'react'

/** What somebody who joins later sees of what was said before. */
export function HistoryChoice({ value, onChange }: { value: GroupHistory; onChange: (value: GroupHistory) => void }) {
  const name = useId()
  return (
    <fieldset>
      <legend className="field-label">New members see</legend>
      {CHOICES.map((choice) => (
        <label key={choice.value} className="radio-row">
          <input
            type="radio"
            name={name}
            aria-label={choice.label}
            aria-describedby={`${name}-${choice.value}`}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            <span className="block text-ui font-medium">{choice.label}</span>
            <span id={`${name}-${choice.value}`} className="field-hint block">
              {choice.hint}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const CHOICES: readonly { value: GroupHistory; label: string; hint: string }[] = [
  {
    value: 'joined',
    label: 'What is said from when they join',
    hint: 'Earlier messages stay with those who were there.',
  },
  { value: 'all', label: 'Everything', hint: 'All earlier messages too.' },
]
