import { t } from '@lingui/core/macro'
import type { User } from 'backend/contract'
import { usePresenceOf } from './presence.store.ts'
import { LastSeen } from './LastSeen.tsx'

/** Says whether a person is online, or when they were last online. */
export function PresenceLabel({ user }: { user: Pick<User, 'id'> }) {
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
