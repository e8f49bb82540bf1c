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
    <div role="status" className={`banner banner-${tone}`}>
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
