import type { BroadcastPriority } from 'backend/contract'
import { Flag, TriangleAlert } from 'lucide-react'
import { Segmented } from '../../../ui/Segmented.tsx'

/** How much it asks for attention. */
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
        Priority
      </p>
      <Segmented label="Priority" value={value} options={PRIORITIES} onChange={onChange} />
      <p className="field-hint">{HINTS[value]}</p>
    </div>
  )
}

const PRIORITIES = [
  { value: 'normal', label: 'Normal' },
  { value: 'important', label: 'Important', icon: Flag },
  { value: 'urgent', label: 'Urgent', icon: TriangleAlert },
] as const

const HINTS: Record<BroadcastPriority, string> = {
  normal: 'Among the announcements, like any other.',
  important: 'Marked as important among the announcements.',
  urgent: 'Stands above everything until it is acknowledged, or opened where that is not asked for.',
}
