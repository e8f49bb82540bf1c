import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { GroupHistory } from 'backend/contract'
import { useId } from 'react'

/** Chooses whether new members see earlier messages. */
export function HistoryChoice({ value, onChange }: { value: GroupHistory; onChange: (value: GroupHistory) => void }) {
  const name = useId()
  return (
    <fieldset>
      <legend className="field-label">{t`New members see`}</legend>
      {CHOICES.map((choice) => (
        <label key={choice.value} className="radio-row">
          <input
            type="radio"
            name={name}
            aria-label={i18n._(choice.label)}
            aria-describedby={`${name}-${choice.value}`}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>
            <span className="block text-ui font-medium">{i18n._(choice.label)}</span>
            <span id={`${name}-${choice.value}`} className="field-hint block">
              {i18n._(choice.hint)}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const CHOICES: readonly { value: GroupHistory; label: MessageDescriptor; hint: MessageDescriptor }[] = [
  {
    value: 'joined',
    label: msg`Messages from when they join`,
    hint: msg`New members do not see earlier messages.`,
  },
  { value: 'all', label: msg`Everything`, hint: msg`New members also see earlier messages.` },
]
