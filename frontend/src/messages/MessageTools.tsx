import { t } from '@lingui/core/macro'
import { Copy, Ellipsis, Pencil } from 'lucide-react'
import { use, type KeyboardEvent } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { MessageActionsContext } from './message.actions.ts'
import type { MessageRow } from './messageRows.model.ts'

interface MessageToolsProps {
  row: MessageRow
  /** Id of the message's element, which describes the button. */
  describedBy: string
  tabStop: boolean
  onFocus: (key: string) => void
}

/**
 * Shows the actions of a message while the pointer is on it or its button has the focus. On a touch screen a long press opens the menu.
 * One message of the log is a tab stop; the arrow keys reach the others.
 */
export function MessageTools({ row, describedBy, tabStop, onFocus }: MessageToolsProps) {
  const actions = use(MessageActionsContext)
  const allowed = actions.allowed(row)
  if (allowed.length === 0) return null
  const quick = allowed.includes('edit') ? 'edit' : allowed.includes('copy') ? 'copy' : null
  return (
    <div className="message-tools">
      {/* For the pointer only: the menu has the same action. */}
      {quick && (
        <button
          type="button"
          className="message-tool"
          tabIndex={-1}
          aria-label={quick === 'edit' ? t`Edit` : t`Copy text`}
          title={quick === 'edit' ? t`Edit` : t`Copy text`}
          onClick={() => actions.run(quick, row)}
        >
          <Icon icon={quick === 'edit' ? Pencil : Copy} size={16} />
        </button>
      )}
      <button
        type="button"
        className="message-tool"
        data-message-tools={true}
        tabIndex={tabStop ? 0 : -1}
        aria-haspopup="menu"
        aria-label={t`Message actions`}
        aria-describedby={describedBy}
        title={t`More`}
        onFocus={() => onFocus(row.key)}
        onKeyDown={moveAmongMessages}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect()
          actions.openMenu(row, { x: left, y: bottom + 4 })
        }}
      >
        <Icon icon={Ellipsis} size={16} />
      </button>
    </div>
  )
}

function moveAmongMessages(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const all = [
    ...(event.currentTarget.closest('[role="log"]')?.querySelectorAll<HTMLElement>('[data-message-tools]') ?? []),
  ]
  all[all.indexOf(event.currentTarget) + step]?.focus()
}
