import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import { fieldDirection } from '../../../lib/firstStrong.ts'
import { useFrame } from '../../../ui/Field.tsx'
import { FormatBar } from './FormatBar.tsx'
import { format, type FormatKind } from './markdown.formatting.ts'

interface FormattedFieldProps {
  label: string
  value: string
  hint?: ReactNode
  error?: string | undefined
  aside?: ReactNode
  field: RefObject<HTMLTextAreaElement | null>
  /** More tools at the end of the bar. */
  tools?: ReactNode
  /** Content below the text, inside the box. */
  children?: ReactNode
  onValue: (value: string) => void
}

/** Shows a text field for Markdown with format buttons. Ctrl+B makes the text bold, Ctrl+I italic. */
export function FormattedField({
  label,
  value,
  hint,
  error,
  aside,
  field,
  tools,
  children,
  onValue,
}: FormattedFieldProps) {
  const { id, described, frame } = useFrame({ label, hint, error, aside, given: undefined })

  function apply(kind: FormatKind): void {
    const area = field.current
    if (!area) return
    const { from, to, insert, start, end } = format(kind, {
      text: area.value,
      start: area.selectionStart,
      end: area.selectionEnd,
    })
    area.focus()
    area.setSelectionRange(from, to)
    // Only execCommand adds the change to the browser's undo history.
    // oxlint-disable-next-line typescript/no-deprecated
    if (!document.execCommand?.('insertText', false, insert)) {
      area.setRangeText(insert, from, to)
      onValue(area.value)
    }
    area.setSelectionRange(start, end)
    // React writes the value again, which would move the caret to the end.
    requestAnimationFrame(() => area.setSelectionRange(start, end))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const kind = SHORTCUTS[event.key.toLowerCase()]
    if (!kind || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    event.preventDefault()
    apply(kind)
  }

  return frame(
    <div
      className={`overflow-hidden rounded-lg border bg-bubble -outline-offset-1 has-[>textarea:focus-visible]:outline-2 ${error ? 'border-error outline-error' : 'border-line-strong outline-primary has-[>textarea:focus-visible]:border-primary'}`}
    >
      <FormatBar controls={id} onFormat={apply}>
        {tools}
      </FormatBar>
      <textarea
        {...described}
        ref={field}
        id={id}
        dir={fieldDirection(value)}
        rows={9}
        className="block field-sizing-content max-h-[60dvh] min-h-[148px] w-full resize-none bg-transparent px-3 py-2.5 text-msg outline-none max-md:text-[1rem]"
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {children}
    </div>,
  )
}

const SHORTCUTS: Readonly<Record<string, FormatKind | undefined>> = { b: 'bold', i: 'italic' }
