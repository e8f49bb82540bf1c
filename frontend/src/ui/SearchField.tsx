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
    <div className="search-field flex h-9 cursor-text items-center gap-2 rounded-field border border-transparent bg-base-200 px-2.5 text-ui text-muted focus-within:border-primary focus-within:bg-base-100 focus-within:outline focus-within:-outline-offset-1 focus-within:outline-primary max-md:h-11 max-md:text-[1rem]">
      <Icon icon={Search} size={16} />
      <input
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        dir="auto"
        className="h-full min-w-0 flex-1 bg-transparent text-base-content outline-none placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
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
        shortcut && (
          <kbd className="rounded-sm border border-line bg-base-100 px-[5px] py-[3px] font-sans text-meta/none font-medium whitespace-nowrap text-muted max-md:hidden pointer-coarse:hidden">
            {shortcut}
          </kbd>
        )
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
