import { t } from '@lingui/core/macro'
import { LIMITS } from 'backend/contract'
import { TextAreaField, TextField } from '../ui/Field.tsx'
import { HistoryChoice } from './HistoryChoice.tsx'
import type { AboutGroupForm } from './useAboutGroup.ts'

/** Shows the fields of a group in a dialog: name, description, and what new members see. The name has the focus. */
export function AboutGroupFields({ typed, errors, change }: Pick<AboutGroupForm, 'typed' | 'errors' | 'change'>) {
  const descriptionMax = LIMITS.groupDescriptionMax
  return (
    <>
      <TextField
        data-autofocus
        label={t`Name`}
        autoComplete="off"
        // The dialog is open already, and the button of its first step had the focus and is gone.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={typed.name}
        error={errors.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextAreaField
        label={t`Description`}
        rows={3}
        value={typed.description}
        hint={t`Optional. Up to ${descriptionMax} characters.`}
        error={errors.description}
        onChange={(event) => change({ description: event.target.value })}
      />
      <HistoryChoice value={typed.history} onChange={(history) => change({ history })} />
    </>
  )
}
