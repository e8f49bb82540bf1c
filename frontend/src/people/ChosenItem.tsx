import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon.tsx'

/** Somebody, or a group, among those that were chosen; pressed, it is not chosen any more. */
export function ChosenItem({ name, face, onRemove }: { name: string; face: ReactNode; onRemove: () => void }) {
  return (
    <li className="max-w-full">
      <button type="button" className="chosen-person" aria-label={`Remove ${name}`} onClick={onRemove}>
        {face}
        <bdi className="truncate">{name}</bdi>
        <Icon icon={X} size={14} />
      </button>
    </li>
  )
}
