import { i18n, type MessageDescriptor } from '@lingui/core'
import { plural, t } from '@lingui/core/macro'
import { cleanText, codePoints, isEmptyText, LIMITS } from 'backend/contract'
import type { LucideIcon } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useAutoGrow } from '../ui/hooks/useAutoGrow.ts'
import { TOUCH, useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { fieldDirection } from '../lib/firstStrong.ts'
import { count } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'

/** The counter appears when this many characters are left. */
const COUNTER_FROM = 200

interface ComposerFormProps {
  /** Names the field: the receiver, or the edited message. */
  label: string
  value: string
  /** The key of the draft in the field. */
  draft: string
  onValue: (value: string) => void
  /** Called with the trimmed text, never with a too long one, and with an empty one only when `filled`. */
  onSubmit: (text: string) => void
  /** `refused` says that a too long text was not sent or saved. */
  submit: { label: MessageDescriptor; icon: LucideIcon; refused: MessageDescriptor }
  /** The user can write but not send. A note above the field says why. */
  locked?: boolean
  /** Focuses the field on a touch screen too, where the keyboard then covers half of the page. */
  takesFocus?: boolean
  /** Handles other keys than Enter. Call preventDefault for a handled key. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => void
  /** Shown above the field. */
  children?: ReactNode
  /** There are files to send. */
  filled?: boolean
  /** Shown before the field. */
  before?: ReactNode
  /** Shown in place of the button while there is nothing to send. */
  idle?: ReactNode
}

/** Shows a field that grows with its text, a button, and a counter near the limit. */
export function ComposerForm({
  label,
  value,
  draft,
  onValue,
  onSubmit,
  submit,
  locked = false,
  takesFocus = false,
  onKey,
  children,
  filled = false,
  before,
  idle,
}: ComposerFormProps) {
  const touch = useMediaQuery(TOUCH)
  const field = useAutoGrow()
  const [refused, setRefused] = useState(false)
  const noteId = useId()
  const [isPasted, setIsPasted] = useState(false)
  /** The length of a text that was too long to paste. */
  const [notPasted, setNotPasted] = useState<number | null>(null)
  /** The text as this field has it, and its caret. */
  const typed = useRef(value)
  const caret = useRef<[number, number]>([0, 0])

  // The text of another tab would throw the caret to the end. One that is at the end stays there.
  useLayoutEffect(() => {
    if (value === typed.current) return
    const isAtEnd = caret.current[0] >= typed.current.length
    typed.current = value
    if (document.activeElement !== field.current) return
    const [start, end] = isAtEnd ? [value.length, value.length] : caret.current
    field.current?.setSelectionRange(start, end)
  }, [value, field])

  // On a touch screen the keyboard would cover the conversation that was just opened.
  useEffect(() => {
    if (!takesFocus && matchMedia(TOUCH).matches) return
    const area = field.current
    area?.focus({ preventScroll: true })
    area?.setSelectionRange(area.value.length, area.value.length)
  }, [field, takesFocus])

  const left = charactersLeft(value)
  const tooLong = left < 0
  const isEmpty = isEmptyText(value) && !filled

  function send(): void {
    const text = cleanText(value)
    field.current?.focus()
    if (isEmpty || locked) return
    setRefused(tooLong)
    if (!tooLong) onSubmit(text)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    onKey?.(event)
    if (
      event.defaultPrevented ||
      touch ||
      event.key !== 'Enter' ||
      event.shiftKey ||
      event.ctrlKey ||
      event.altKey ||
      event.metaKey
    )
      return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="composer"
      data-draft={draft}
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {children}
      <div className="flex items-end gap-1 max-md:gap-0.5">
        {before}
        <textarea
          ref={field}
          className="composer-field"
          rows={1}
          dir={fieldDirection(value)}
          aria-label={label}
          placeholder={label}
          enterKeyHint={touch ? 'enter' : 'send'}
          aria-invalid={(refused && tooLong) || undefined}
          aria-describedby={left <= COUNTER_FROM ? noteId : undefined}
          value={value}
          onChange={({ target, nativeEvent }) => {
            typed.current = target.value
            onValue(target.value)
            setNotPasted(null)
            setIsPasted('inputType' in nativeEvent && nativeEvent.inputType === 'insertFromPaste')
            if (target.value.length <= LIMITS.messageMax) setRefused(false)
          }}
          onSelect={({ currentTarget }) => {
            caret.current = [currentTarget.selectionStart, currentTarget.selectionEnd]
          }}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text/plain')
            if (value.length + text.length <= FIELD_MAX) return
            event.preventDefault()
            setNotPasted(text.length)
          }}
          onKeyDown={onKeyDown}
        />
        {isEmpty && idle && !locked ? (
          idle
        ) : (
          <button
            type="submit"
            className="composer-send"
            data-ready={isEmpty || locked ? undefined : true}
            aria-disabled={locked || undefined}
            aria-label={i18n._(submit.label)}
            title={i18n._(submit.label)}
            // Keeps the focus in the field, and so the keyboard of a phone open.
            onMouseDown={(event) => event.preventDefault()}
          >
            <Icon icon={submit.icon} />
          </button>
        )}
      </div>
      {notPasted !== null && (
        <p role="alert" className="pt-1.5 px-3.5 text-cap font-medium text-err-ink">
          {tooLongToPaste(notPasted)}
        </p>
      )}
      {left <= COUNTER_FROM && (
        <p id={noteId} className="flex gap-3 pt-1.5 pb-0 px-3.5 text-cap text-muted">
          {(refused || isPasted) && tooLong && (
            <span role="alert" className="grow font-medium text-err-ink">
              {refused && i18n._(submit.refused)} {tooLongText(-left)}
            </span>
          )}
          <span className={`ms-auto tabular-nums ${tooLong ? 'font-semibold text-err-ink' : ''}`}>
            <span aria-hidden="true">{count(left)}</span>
            <span className="sr-only">{plural(left, { one: '# character left', other: '# characters left' })}</span>
          </span>
        </p>
      )}
    </form>
  )
}

/**
 * UTF-16 units that a paste may bring a field to. A longer text than a message stays in the field to be shortened or sent in parts;
 * 2 MB would stop the page for seconds at each key.
 */
const FIELD_MAX = 500_000

function tooLongToPaste(length: number): string {
  const pastedLength = count(length)
  return t`Not pasted. The text has ${pastedLength} characters, too many for messages. Send it as a file.`
}

/** Words the limit of a message and how far a text exceeds it. */
function tooLongText(excess: number): string {
  const max = count(LIMITS.messageMax)
  return plural(excess, {
    one: `A message can have ${max} characters. Shorten it by # character, or send it in parts.`,
    other: `A message can have ${max} characters. Shorten it by # characters, or send it in parts.`,
  })
}

/** Returns the free code points of a message, as the server counts them. Exact only near the limit: counting a long text is slow. */
function charactersLeft(draft: string): number {
  const text = draft.trim()
  return LIMITS.messageMax - (text.length <= LIMITS.messageMax - COUNTER_FROM ? text.length : codePoints(text))
}
