import type { BroadcastId, UserId } from 'backend/contract'

/** An acknowledgement of this device. The ledger on the server is the record. */
export interface Acknowledged {
  revision: number
  /** ISO 8601; the server's time once it is sent. */
  at: string
  /** False while the server does not have it. */
  sent: boolean
}

/** Number kept. Older ones are asked from the server. */
const KEPT_MAX = 200

/** The acknowledgements of a user on this device, in localStorage, so that a closed page loses none. The newest is last. */
export function readAcknowledged(userId: UserId): Record<BroadcastId, Acknowledged> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '{}')
    return Object.fromEntries(
      Object.entries(kept ?? {}).filter((entry): entry is [string, Acknowledged] => isAcknowledged(entry[1])),
    )
  } catch {
    return {}
  }
}

/** Stores the user's acknowledgements in this browser, the newest ones when there are too many. */
export function writeAcknowledged(userId: UserId, all: Record<BroadcastId, Acknowledged>): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(Object.fromEntries(Object.entries(all).slice(-KEPT_MAX))))
  } catch {
    // Storage is full or forbidden: it is lost with the page.
  }
}

/** Calls the listener when another tab wrote. */
export function onAcknowledgedElsewhere(changed: (userIdOf: (userId: UserId) => boolean) => void): void {
  addEventListener('storage', ({ key }) => changed((userId) => key === keyOf(userId)))
}

const keyOf = (userId: UserId): string => `parley.acknowledged.${userId}`

function isAcknowledged(value: unknown): value is Acknowledged {
  return (
    typeof value === 'object' &&
    value !== null &&
    'revision' in value &&
    typeof value.revision === 'number' &&
    'at' in value &&
    typeof value.at === 'string' &&
    'sent' in value &&
    typeof value.sent === 'boolean'
  )
}
