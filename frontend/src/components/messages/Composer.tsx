import { LIMITS, type Conversation, type UserId } from 'backend/contract'
import { ArrowUp } from 'lucide-react'
import { useEffect, useId, useState, type KeyboardEvent } from 'react'
import { useAutoGrow } from '../../hooks/useAutoGrow.ts'
import { TOUCH, useMediaQuery } from '../../hooks/useMediaQuery.ts'
import { count } from '../../lib/format.ts'
import { useDrafts } from '../../store/drafts.store.ts'
import { useMessages } from '../../store/messages.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { firstName } from './names.ts'

/** The counter appears when so many characters are left. */
const COUNTER_FROM = 200

/** Writes a message. Offline too: what is sent waits and says so. */
export function Composer({ conversation, ownId }: { conversation: Conversation; ownId: UserId }) {
  const { id, peer } = conversation
  const draft = useDrafts((state) => state.drafts[id] ?? '')
  const touch = useMediaQuery(TOUCH)
  const field = useAutoGrow()
  const [refused, setRefused] = useState(false)
  const noteId = useId()

  // On a touch screen the keyboard would cover the conversation that was just opened.
  useEffect(() => {
    if (!matchMedia(TOUCH).matches) field.current?.focus({ preventScroll: true })
  }, [field])

  const left = charactersLeft(draft)
  const tooLong = left < 0
  const label = !peer || peer.id === ownId ? 'Write a note to yourself' : `Message ${firstName(peer)}`

  function send(): void {
    const text = draft.trim()
    field.current?.focus()
    if (text === '') return
    if (tooLong) {
      setRefused(true)
      return
    }
    useMessages.getState().send(id, text)
    useDrafts.getState().setDraft(id, '')
    setRefused(false)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || touch || isComposing(event)) return
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
      <div className="composer-bar">
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
          value={draft}
          onChange={(event) => {
            useDrafts.getState().setDraft(id, event.target.value)
            if (charactersLeft(event.target.value) >= 0) setRefused(false)
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="composer-send"
          data-ready={draft.trim() === '' ? undefined : true}
          aria-label="Send"
          title="Send"
          // Keeps the focus in the field, and so the keyboard of a phone open.
          onMouseDown={(event) => event.preventDefault()}
        >
          <Icon icon={ArrowUp} />
        </button>
      </div>
      {left <= COUNTER_FROM && (
        <p id={noteId} className="composer-note">
          {refused && tooLong && (
            <span role="alert" className="grow font-medium text-err-ink">
              Not sent: a message can have {count(LIMITS.messageMax)} characters. Shorten it by {count(-left)}, or send it in parts.
            </span>
          )}
          <span className={`ms-auto tabular-nums ${tooLong ? 'font-semibold text-err-ink' : ''}`}>
            {count(left)}
            <span className="sr-only"> characters left</span>
          </span>
        </p>
      )}
    </form>
  )
}

/** Counted as the server counts, in code points of what would be sent; exact only where it matters, since counting long texts takes time. */
function charactersLeft(draft: string): number {
  const text = draft.trim()
  return LIMITS.messageMax - (text.length <= LIMITS.messageMax - COUNTER_FROM ? text.length : [...text].length)
}

/** Enter that ends the input of a word in Chinese, Japanese or Korean. Safari reports it after the composition, with key code 229. */
function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === 229
}
