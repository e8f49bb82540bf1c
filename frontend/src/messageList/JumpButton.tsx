import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { ArrowDown } from 'lucide-react'
import { count } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'

/** Scrolls to the newest message: a circle, or a pill with the count of new messages. */
export function JumpButton({ unread, onPress }: { unread: number; onPress: () => void }) {
  const shown = unread > 99 ? '99+' : count(unread)
  const label =
    unread === 0
      ? t`Go to the newest message`
      : plural(unread, { one: 'Go to the newest message, # new', other: 'Go to the newest message, # new' })
  return (
    <button
      type="button"
      className="jump-button"
      data-counts={unread > 0 || undefined}
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      {unread > 0 && (
        <span>
          <Trans>{shown} new</Trans>
        </span>
      )}
      <Icon icon={ArrowDown} size={16} />
    </button>
  )
}
