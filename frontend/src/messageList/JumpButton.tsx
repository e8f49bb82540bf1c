import { ArrowDown } from 'lucide-react'
import { count } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'

/** To the newest message: a circle, or a pill that says how many are new. */
export function JumpButton({ unread, onPress }: { unread: number; onPress: () => void }) {
  const label = unread === 0 ? 'Go to the newest message' : `Go to the newest message, ${count(unread)} new`
  return (
    <button
      type="button"
      className="jump-button"
      data-counts={unread > 0 || undefined}
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      {unread > 0 && <span>{unread > 99 ? '99+' : count(unread)} new</span>}
      <Icon icon={ArrowDown} size={16} />
    </button>
  )
}
