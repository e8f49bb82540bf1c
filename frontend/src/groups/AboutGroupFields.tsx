import { LIMITS } from 'backend/contract'
import { TextAreaField, TextField } from '../ui/Field.tsx'
import { HistoryChoice } from './HistoryChoice.tsx'
import type { AboutGroupForm } from './useAboutGroup.ts'

/** What a group is called, what it is for, and what those see who join; in a dialog, whose focus goes to the name. */
export function AboutGroupFields({ typed, errors, change }: Pick<AboutGroupForm, 'typed' | 'errors' | 'change'>) {
  return (
    <>
      <TextField
        data-autofocus
        label="Name"
        autoComplete="off"
        // In a dialog that was open before, at a step whose button had the focus and is gone.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={typed.name}
        error={errors.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextAreaField
        label="Description"
        rows={3}
        value={typed.description}
        hint={`Optional, up to ${LIMITS.groupDescriptionMax} characters.`}
        error={errors.description}
        onChange={(event) => change({ description: event.target.value })}
      />
      <HistoryChoice value={typed.history} onChange={(history) => change({ history })} />
    </>
  )
}
