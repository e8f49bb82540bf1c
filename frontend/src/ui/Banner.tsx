import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'

interface BannerProps {
  tone: 'warn' | 'error' | 'info'
  icon: LucideIcon
  /** One sentence. */
  children: ReactNode
  action?: { label: string; onPress: () => void } | undefined
}

/** Shows a line at the top of a pane: amber waits, red has failed, grey offers something. Screen readers announce it. */
export function Banner({ tone, icon, children, action }: BannerProps) {
  return (
    <div
      role="status"
      className={`flex min-h-11 flex-none items-center gap-2.5 px-4 py-1.5 text-sec font-medium ${TONES[tone]}`}
    >
      <Icon icon={icon} size={16} />
      <span className="grow">{children}</span>
      {action && (
        <button type="button" className="banner-action" onClick={action.onPress}>
          {action.label}
        </button>
      )}
    </div>
  )
}

const TONES = {
  warn: 'bg-warn-tint text-warn-ink',
  error: 'bg-err-tint text-err-ink',
  info: 'bg-selected text-primary',
} as const
