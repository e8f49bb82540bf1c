import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import type { BroadcastPriority } from 'backend/contract'
import { Flag, TriangleAlert } from 'lucide-react'
import { Segmented } from '../../../ui/Segmented.tsx'

/** Chooses the priority of a broadcast. */
export function PriorityField({
  value,
  onChange,
}: {
  value: BroadcastPriority
  onChange: (priority: BroadcastPriority) => void
}) {
  return (
    <div className="space-y-1.5">
      <p className="field-label" aria-hidden="true">
        {t`Priority`}
      </p>
      <Segmented label={t`Priority`} value={value} options={priorityOptions()} onChange={onChange} />
      <p className="field-hint">{i18n._(HINTS[value])}</p>
    </div>
  )
}

const priorityOptions = () =>
  [
    { value: 'normal', label: t`Normal` },
    { value: 'important', label: t`Important`, icon: Flag },
    { value: 'urgent', label: t`Urgent`, icon: TriangleAlert },
  ] as const

const HINTS: Record<BroadcastPriority, MessageDescriptor> = {
  normal: msg`It appears among the announcements.`,
  important: msg`It is marked as important among the announcements.`,
  urgent: msg`It stays at the top of the page until the person acknowledges it, or opens it when you do not ask people to acknowledge.`,
}
