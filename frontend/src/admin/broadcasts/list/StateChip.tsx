import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Ban, Check, CircleAlert, Clock, Hourglass, Loader, Pencil, type LucideIcon } from 'lucide-react'
import { Icon } from '../../../ui/Icon.tsx'
import type { ShownState } from '../shared/progress.model.ts'

/** Shows the state of a broadcast. Only the states `held`, `waiting` and `sending` have a colour. */
export function StateChip({ state }: { state: ShownState }) {
  const { label, icon, tone } = STATES[state]
  return (
    <span className={`chip ${tone}`}>
      <Icon icon={icon} size={12} />
      {i18n._(label)}
    </span>
  )
}

const PLAIN = 'bg-transparent px-0'

const STATES: Record<ShownState, { label: MessageDescriptor; icon: LucideIcon; tone: string }> = {
  held: { label: msg`Held`, icon: CircleAlert, tone: 'chip-warn' },
  waiting: { label: msg`Waiting`, icon: Hourglass, tone: 'chip-warn' },
  sending: { label: msg`Sending`, icon: Loader, tone: 'chip-primary' },
  scheduled: { label: msg`Scheduled`, icon: Clock, tone: PLAIN },
  sent: { label: msg`Sent`, icon: Check, tone: PLAIN },
  draft: { label: msg`Draft`, icon: Pencil, tone: PLAIN },
  cancelled: { label: msg`Cancelled`, icon: Ban, tone: PLAIN },
}
