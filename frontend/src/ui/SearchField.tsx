import { t } from '@lingui/core/macro'
import { Search, X } from 'lucide-react'
import { useRef, type ComponentProps } from 'react'
import { IconButton } from './Button.tsx'
import { Icon } from './Icon.tsx'

interface SearchFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'type' | 'ref'> {
  label: string
  value: string
  onValue: (value: string) => void
  /** The keyboard shortcut of this field, shown while it is empty. */
  shortcut?: string
}

/** Shows an input that filters the list below it. Escape empties it. Other props go to the input. */
export function SearchField({
  label,
  value,
  onValue,
  shortcut,
  placeholder = t`Search`,
  onKeyDown,
  ...input
}: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <div className="search-field">
      <Icon icon={Search} size={16} />
      <input
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        dir="auto"
        {...input}
        ref={field}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            // An Escape that empties the field must not also close the dialog around it.
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
          label={t`Clear search`}
          className="-me-2.5"
          onClick={() => {
            onValue('')
            field.current?.focus()
          }}
        />
      )}
    </div>
  )
}
