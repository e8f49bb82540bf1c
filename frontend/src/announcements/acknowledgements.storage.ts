import type { BroadcastId, UserId } from 'backend/contract'

/** That a person has acknowledged a text: a note of this device, the ledger is the server's. */
export interface Acknowledged {
  revision: number
  /** ISO 8601: by the server's clock once it is sent. */
  at: string
  /** False: it waits for the server. */
  sent: boolean
}

/** As many as are kept; of older ones the server is asked. */
const KEPT_MAX = 200

/** What a person has acknowledged on this device, in localStorage, so that it is sent whatever becomes of the page. Newest last. */
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

export function writeAcknowledged(userId: UserId, all: Record<BroadcastId, Acknowledged>): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(Object.fromEntries(Object.entries(all).slice(-KEPT_MAX))))
  } catch {
    // Storage full or forbidden: it lives as long as the page.
  }
}

/** Another tab has written. */
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
