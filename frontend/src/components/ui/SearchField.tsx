import { Search, X } from 'lucide-react'
import { useRef, type ComponentProps, type RefObject } from 'react'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface SearchFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'type' | 'ref'> {
  label: string
  value: string
  onValue: (value: string) => void
  /** The shortcut that leads here, shown while the field is empty. */
  shortcut?: string
  inputRef?: RefObject<HTMLInputElement | null>
}

/** Filters what stands below it. Escape empties it. Other props go to the input. */
export function SearchField({ label, value, onValue, shortcut, placeholder = 'Search', onKeyDown, inputRef, ...input }: SearchFieldProps) {
  const own = useRef<HTMLInputElement>(null)
  const field = inputRef ?? own
  return (
    <label className="search-field">
      <Icon icon={Search} size={16} />
      <span className="sr-only">{label}</span>
      <input
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        dir="auto"
        {...input}
        ref={field}
        type="search"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            // Not further: an Escape that empties the field must not close the dialog around it.
            event.preventDefault()
            event.stopPropagation()
            onValue('')
          }
          onKeyDown?.(event)
        }}
      />
      {value === '' ? (
        shortcut && <kbd className="key-hint">{shortcut}</kbd>
      ) : (
        <IconButton
          icon={X}
          iconSize={16}
          label="Clear search"
          className="-me-2.5"
          onClick={() => {
            onValue('')
            field.current?.focus()
          }}
        />
      )}
    </label>
  )
}
