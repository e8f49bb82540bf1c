import { t } from '@lingui/core/macro'
import { LIMITS } from 'backend/contract'
import type { ReactNode, RefObject } from 'react'
import { TextField } from '../../../ui/Field.tsx'
import type { BroadcastErrors } from './broadcast.validation.ts'
import { Counter } from './Counter.tsx'
import { FormattedField } from './FormattedField.tsx'

interface TitleAndTextFieldsProps {
  title: string
  text: string
  errors: BroadcastErrors
  titleField: RefObject<HTMLInputElement | null>
  textField: RefObject<HTMLTextAreaElement | null>
  /** More tools at the end of the format bar. */
  tools?: ReactNode
  /** Content below the text, inside its box. */
  children?: ReactNode
  onTitle: (title: string) => void
  onText: (text: string) => void
}

/** Shows the two fields in which a broadcast is written and revised. */
export function TitleAndTextFields(props: TitleAndTextFieldsProps) {
  const { title, text, errors, titleField, textField, tools, children, onTitle, onText } = props
  return (
    <>
      <TextField
        ref={titleField}
        label={t`Title (optional)`}
        value={title}
        error={errors.title}
        autoComplete="off"
        aside={<Counter text={title} max={LIMITS.titleMax} from={20} />}
        onChange={(event) => onTitle(event.target.value)}
      />
      <FormattedField
        label={t`Message`}
        field={textField}
        value={text}
        error={errors.text}
        aside={<Counter text={text} max={LIMITS.messageMax} from={200} />}
        tools={tools}
        onValue={onText}
      >
        {children}
      </FormattedField>
    </>
  )
}
