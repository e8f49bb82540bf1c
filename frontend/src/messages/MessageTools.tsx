import { t } from '@lingui/core/macro'
import { Copy, Ellipsis, Pencil } from 'lucide-react'
import { use, type KeyboardEvent } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { MessageActionsContext } from './message.actions.ts'
import type { MessageRow } from './messageRows.model.ts'

interface MessageToolsProps {
  row: MessageRow
  /** The id of what is acted on, read out with the button. */
  describedBy: string
  tabStop: boolean
  onFocus: (key: string) => void
}

/**
 * What can be done with a message, shown while it is pointed at or its button has the focus; touch has the long press.
 * One message of the log is a tab stop, the arrow keys lead to the others.
 */
export function MessageTools({ row, describedBy, tabStop, onFocus }: MessageToolsProps) {
  const actions = use(MessageActionsContext)
  const allowed = actions.allowed(row)
  if (allowed.length === 0) return null
  const quick = allowed.includes('edit') ? 'edit' : allowed.includes('copy') ? 'copy' : null
  return (
    <div className="message-tools">
      {/* The menu has it too: for those who point. */}
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
