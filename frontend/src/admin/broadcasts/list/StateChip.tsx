import { Ban, Check, Clock, Hourglass, Loader, Pencil, type LucideIcon } from 'lucide-react'
import { Icon } from '../../../ui/Icon.tsx'
import type { ShownState } from '../shared/progress.model.ts'

/** What has become of a broadcast. Only what goes on or waits has a colour. */
export function StateChip({ state }: { state: ShownState }) {
  const { label, icon, tone } = STATES[state]
  return (
    <span className={`chip ${tone}`}>
      <Icon icon={icon} size={12} />
      {label}
    </span>
  )
}

const STATES: Record<ShownState, { label: string; icon: LucideIcon; tone: string }> = {
  waiting: { label: 'Waiting', icon: Hourglass, tone: 'chip-warn' },
  sending: { label: 'Sending', icon: Loader, tone: 'chip-primary' },
  scheduled: { label: 'Scheduled', icon: Clock, tone: 'chip-plain' },
  sent: { label: 'Sent', icon: Check, tone: 'chip-plain' },
  draft: { label: 'Draft', icon: Pencil, tone: 'chip-plain' },
  cancelled: { label: 'Cancelled', icon: Ban, tone: 'chip-plain' },
}
