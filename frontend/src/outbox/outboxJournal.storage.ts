import type { OutboxEntry } from './outbox.storage.ts'

/*
 * IndexedDB takes its time, and what it has not finished is lost when the tab is closed or loaded anew right after Enter. Until it
 * has an entry, localStorage has it, which is written before the next line of code runs.
 */

const PREFIX = 'parley.outbox.'

export function putAhead(entry: OutboxEntry): void {
  try {
    localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry))
  } catch {
    // Storage full or forbidden: then it is only safe a moment later, or not at all.
  }
}

export function dropAhead(id: string): void {
  try {
    localStorage.removeItem(PREFIX + id)
  } catch {
    // Forbidden: nothing was put there.
  }
}

export function aheadOf(id: string): OutboxEntry | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + id) ?? 'null')
    return isEntry(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Everybody's, of this browser. */
export function allAhead(): OutboxEntry[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
    return keys.flatMap((key) => aheadOf(key.slice(PREFIX.length)) ?? [])
  } catch {
    return []
  }
}

/** Only this page writes there; what another build of it wrote may look different. */
function isEntry(kept: unknown): kept is OutboxEntry {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'id' in kept &&
    'userId' in kept &&
    'conversationId' in kept &&
    'kind' in kept &&
    'order' in kept
  )
}
