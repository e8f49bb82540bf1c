import { t } from '@lingui/core/macro'
import type { AdminUser } from 'backend/contract'
import { useState } from 'react'
import { fullTime, listTime } from '../../lib/format.ts'
import { serverNow } from '../../lib/serverClock.ts'
import { usePresenceOf } from '../../people/usePresenceOf.ts'
import { isMuted } from './user.actions.ts'

/** Shows a user's role, and whether the account is disabled, deleted or muted. */
export function UserChips({ user: { role, state, mutedUntil } }: { user: AdminUser }) {
  const [now] = useState(serverNow)
  return (
    <>
      {role === 'admin' ? (
        <span className="chip chip-primary">{t`Admin`}</span>
      ) : (
        <span className="chip">{t`Member`}</span>
      )}
      {state === 'disabled' && <span className="chip chip-warn">{t`Disabled`}</span>}
      {state === 'deleted' && <span className="chip chip-error">{t`Deleted`}</span>}
      {mutedUntil !== null && isMuted({ mutedUntil }, now) && <MutedChip until={fullTime(mutedUntil)} />}
    </>
  )
}

function MutedChip({ until }: { until: string }) {
  return <span className="chip chip-warn" title={t`Until ${until}`}>{t`Muted`}</span>
}

/** Shows when a user was last here: "Now", a time, or "Never". */
export function LastActive({ user: { id, lastSeenAt } }: { user: AdminUser }) {
  const presence = usePresenceOf(id)
  if (presence === 'online' || presence === 'away') return t`Now`
  if (lastSeenAt === null) return t`Never`
  return <ShortTime iso={lastSeenAt} />
}

/** Shows a time as lists do. The full time is its tooltip. */
export function ShortTime({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      {listTime(iso)}
    </time>
  )
}
