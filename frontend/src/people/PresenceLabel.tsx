import type { User } from 'backend/contract'
import { usePresenceOf } from './presence.store.ts'
import { LastSeen } from './LastSeen.tsx'

/** Whether somebody is here, or when they were. */
export function PresenceLabel({ person }: { person: Pick<User, 'id'> }) {
  switch (usePresenceOf(person.id)) {
    case 'online':
      return <span className="text-ok-ink">Online</span>
    case 'away':
      return <span className="text-warn-ink">Away</span>
    case 'offline':
      return <LastSeen userId={person.id} />
    case 'unknown':
      return 'Waiting for the connection'
  }
}
