import { Trans } from '@lingui/react/macro'
import { codePoints, LIMITS } from 'backend/contract'
import type { LucideIcon } from 'lucide-react'
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useAutoGrow } from '../ui/hooks/useAutoGrow.ts'
import { TOUCH, useMediaQuery } from '../ui/hooks/useMediaQuery.ts'
import { count } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'

/** The counter appears when so many characters are left. */
const COUNTER_FROM = 200

interface ComposerFormProps {
  /** Of the field: whom one writes to, or what is edited. */
  label: string
  value: string
  onValue: (value: string) => void
  /** Called with the trimmed text, never with a too long one; with an empty one only where `filled`. */
  onSubmit: (text: string) => void
  submit: { label: string; icon: LucideIcon; refused: string }
  /** Writing is possible, and sending is not, for a reason that is told above the field. */
  locked?: boolean
  /** Takes the focus on a touch screen too, where the keyboard then covers half of the page. */
  takesFocus?: boolean
  /** Keys that mean something besides Enter; call preventDefault for what was taken. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => void
  /** Above the field. */
  children?: ReactNode
  /** There is something to be sent besides the text. */
  filled?: boolean
  /** Beside the field, at its beginning. */
  before?: ReactNode
  /** In the place of the button while there is nothing to be sent. */
  idle?: ReactNode
}

/** A field that grows with its text, a button, and a counter near the limit. */
export function ComposerForm({
  label,
  value,
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

  // On a touch screen the keyboard would cover the conversation that was just opened.
  useEffect(() => {
    if (!takesFocus && matchMedia(TOUCH).matches) return
    const area = field.current
    area?.focus({ preventScroll: true })
    area?.setSelectionRange(area.value.length, area.value.length)
  }, [field, takesFocus])

  const left = charactersLeft(value)
  const tooLong = left < 0
  const isEmpty = value.trim() === '' && !filled

  function send(): void {
    const text = value.trim()
    field.current?.focus()
    if (isEmpty || locked) return
    setRefused(tooLong)
    if (!tooLong) onSubmit(text)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (isComposing(event)) return
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
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {children}
      <div className="composer-bar">
        {before}
        <textarea
          ref={field}
          className="composer-field"
          rows={1}
          dir="auto"
          aria-label={label}
          placeholder={label}
          enterKeyHint={touch ? 'enter' : 'send'}
          aria-invalid={(refused && tooLong) || undefined}
          aria-describedby={left <= COUNTER_FROM ? noteId : undefined}
          value={value}
          onChange={(event) => {
            onValue(event.target.value)
            if (charactersLeft(event.target.value) >= 0) setRefused(false)
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
            aria-label={submit.label}
            title={submit.label}
            // Keeps the focus in the field, and so the keyboard of a phone open.
            onMouseDown={(event) => event.preventDefault()}
          >
            <Icon icon={submit.icon} />
          </button>
        )}
      </div>
      {left <= COUNTER_FROM && (
        <p id={noteId} className="composer-note">
          {refused && tooLong && (
            <span role="alert" className="grow font-medium text-err-ink">
              <Trans>
                {submit.refused}: a message can have {count(LIMITS.messageMax)} characters. Shorten it by {count(-left)}
                , or send it in parts.
              </Trans>
            </span>
          )}
          <span className={`ms-auto tabular-nums ${tooLong ? 'font-semibold text-err-ink' : ''}`}>
            {count(left)}
            <span className="sr-only">
              <Trans> characters left</Trans>
            </span>
          </span>
        </p>
      )}
    </form>
  )
}

/** Counted as the server counts, in code points of what would be sent; exact only where it matters, since counting long texts takes time. */
function charactersLeft(draft: string): number {
  const text = draft.trim()
  return LIMITS.messageMax - (text.length <= LIMITS.messageMax - COUNTER_FROM ? text.length : codePoints(text))
}

/** Enter that ends the input of a word in Chinese, Japanese or Korean. Safari reports it after the composition, with key code 229. */
function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229
}
