import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { usePresenceOf } from './usePresenceOf.ts'
import { LastSeen } from './LastSeen.tsx'

/** Says whether a user is online, or when they were last online. Says that an account is disabled; a deleted one has a name that says so. */
export function PresenceLabel({ user }: { user: Pick<User, 'id' | 'state'> }) {
  if (user.state === undefined) return <Presence user={user} />
  return user.state === 'disabled' ? t`Disabled account` : null
}

function Presence({ user }: { user: Pick<User, 'id'> }) {
  switch (usePresenceOf(user.id)) {
    case 'online':
      return <span className="text-ok-ink">{t`Online`}</span>
    case 'away':
      return <span className="text-warn-ink">{t`Away`}</span>
    case 'offline':
      return <LastSeen userId={user.id} />
    case 'unknown':
      return t`Waiting for the connection`
  }
}
