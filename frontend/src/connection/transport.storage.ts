const KEY = 'parley-polling-until'

/** Returns until when new pages begin with polling, as the connection gave it; null: they begin with WebSocket. */
export function readPollingUntil(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** Stores it for all pages of this origin. */
export function writePollingUntil(value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, value)
  } catch {
    // The storage is full or forbidden: the next page tries WebSocket first.
  }
}
