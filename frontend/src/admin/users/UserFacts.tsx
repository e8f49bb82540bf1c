import type { AdminUser } from 'backend/contract'
import { useState } from 'react'
import { fullTime, listTime } from '../../lib/format.ts'
import { usePresenceOf } from '../../people/presence.store.ts'
import { isMuted } from './user.actions.ts'

/** Role, and what is out of the ordinary: disabled, deleted, muted. */
export function PersonChips({ person }: { person: AdminUser }) {
  const [now] = useState(Date.now)
  return (
    <>
      {person.role === 'admin' ? (
        <span className="chip chip-primary">Admin</span>
      ) : (
        <span className="chip">Member</span>
      )}
      {person.state === 'disabled' && <span className="chip chip-warn">Disabled</span>}
      {person.state === 'deleted' && <span className="chip chip-error">Deleted</span>}
      {isMuted(person, now) && person.mutedUntil !== null && (
        <span className="chip chip-warn" title={`Until ${fullTime(person.mutedUntil)}`}>
          Muted
        </span>
      )}
    </>
  )
}

/** When somebody was here last: "Now", a time, "Never". */
export function LastActive({ person: { id, lastSeenAt } }: { person: AdminUser }) {
  const presence = usePresenceOf(id)
  if (presence === 'online' || presence === 'away') return 'Now'
  if (lastSeenAt === null) return 'Never'
  return <ShortTime iso={lastSeenAt} />
}

export function ShortTime({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={fullTime(iso)}>
      {listTime(iso)}
    </time>
  )
}
