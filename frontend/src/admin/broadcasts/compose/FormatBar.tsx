import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Bold, Heading2, Italic, Link2, List, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../../ui/Button.tsx'
import type { FormatKind } from './markdown.formatting.ts'

interface FormatBarProps {
  /** The id of the field. */
  controls: string
  onFormat: (kind: FormatKind) => void
  /** More tools, at the end. */
  children?: ReactNode
}

/** Shows the format buttons of a text field. A press writes Markdown around the selected text. */
export function FormatBar({ controls, onFormat, children }: FormatBarProps) {
  return (
    <div
      role="group"
      aria-label={t`Formatting`}
      className="flex border-b border-line px-1 py-0.5 [&_.icon-button:focus-visible]:-outline-offset-2"
    >
      {TOOLS.map(({ kind, label, icon }) => (
        <IconButton
          key={kind}
          icon={icon}
          iconSize={18}
          label={i18n._(label)}
          aria-controls={controls}
          // The focus and the selection stay in the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onFormat(kind)}
        />
      ))}
      {children}
    </div>
  )
}

const TOOLS: readonly { kind: FormatKind; label: MessageDescriptor; icon: LucideIcon }[] = [
  { kind: 'bold', label: msg`Bold (Ctrl+B)`, icon: Bold },
  { kind: 'italic', label: msg`Italic (Ctrl+I)`, icon: Italic },
  { kind: 'heading', label: msg`Heading`, icon: Heading2 },
  { kind: 'list', label: msg`List`, icon: List },
  { kind: 'link', label: msg`Link`, icon: Link2 },
]
