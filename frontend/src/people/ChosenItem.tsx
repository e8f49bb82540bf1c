import { t } from '@lingui/core/macro'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Icon } from '../ui/Icon.tsx'

/** Shows a chosen person or group. A press removes it from the choice. */
export function ChosenItem({ name, face, onRemove }: { name: string; face: ReactNode; onRemove: () => void }) {
  return (
    <li className="max-w-full">
      <button
        type="button"
        className="inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-field bg-selected ps-1 pe-2 text-sec/5 font-semibold max-md:min-h-11"
        aria-label={t`Remove ${name}`}
        onClick={onRemove}
      >
        {face}
        <bdi className="truncate">{name}</bdi>
        <Icon icon={X} size={14} />
      </button>
    </li>
  )
}
