import { Bold, Heading2, Italic, Link2, List, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../../ui/Button.tsx'
import type { FormatKind } from './markdown.formatting.ts'

interface FormatBarProps {
  /** Of the field. */
  controls: string
  onFormat: (kind: FormatKind) => void
  /** Further tools, at the end. */
  children?: ReactNode
}

/** Above a field for formatted text: what is pressed goes around what is selected. */
export function FormatBar({ controls, onFormat, children }: FormatBarProps) {
  return (
    <div role="group" aria-label="Formatting" className="format-bar">
      {TOOLS.map(({ kind, label, icon }) => (
        <IconButton
          key={kind}
          icon={icon}
          iconSize={18}
          label={label}
          aria-controls={controls}
          // Keeps the focus, and with it the selection, in the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onFormat(kind)}
        />
      ))}
      {children}
    </div>
  )
}

const TOOLS: readonly { kind: FormatKind; label: string; icon: LucideIcon }[] = [
  { kind: 'bold', label: 'Bold (Ctrl+B)', icon: Bold },
  { kind: 'italic', label: 'Italic (Ctrl+I)', icon: Italic },
  { kind: 'heading', label: 'Heading', icon: Heading2 },
  { kind: 'list', label: 'List', icon: List },
  { kind: 'link', label: 'Link', icon: Link2 },
]
