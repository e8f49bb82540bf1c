import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { OwnUser } from 'backend/contract'
import { useState } from 'react'
import { useUrgentAnnouncements } from './useUrgentAnnouncements.ts'
import { usePendingBroadcasts } from './pendingBroadcasts.store.ts'
import { Button } from '../ui/Button.tsx'
import { WaitingDialog } from './WaitingDialog.tsx'

/** Shows in place of the composer how many announcements wait for the user. Admins write from the header. */
export function AnnouncementsFooter({ user }: { user: OwnUser }) {
  const items = usePendingBroadcasts((state) => state.items)
  const urgent = useUrgentAnnouncements()
  // The banner above the page shows the urgent ones.
  const waiting = items.filter((item) => item.needsAcknowledgement && !urgent.includes(item)).length
  const [open, setOpen] = useState(false)
  if (user.role === 'admin' && waiting === 0) return null
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 border-t border-line px-4 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] text-center text-cap text-muted">
      <p>
        {waiting === 0
          ? t`You can read here. Only admins can post.`
          : urgent.length > 0
            ? plural(waiting, {
                one: '# more announcement waits for you to acknowledge it.',
                other: '# more announcements wait for you to acknowledge them.',
              })
            : plural(waiting, {
                one: '# announcement waits for you to acknowledge it.',
                other: '# announcements wait for you to acknowledge them.',
              })}
      </p>
      {waiting > 0 && (
        <Button size="sm" onClick={() => setOpen(true)}>
          <Trans>Show</Trans>
        </Button>
      )}
      <WaitingDialog open={open} onClose={() => setOpen(false)} />
    </div>
  )
}
