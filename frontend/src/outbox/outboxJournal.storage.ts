import type { OutboxEntry } from './outbox.storage.ts'

/*
 * IndexedDB writes with a delay, and loses the write when the tab is closed or reloaded right after Enter. Until the database has
 * an entry, localStorage holds it, which writes before the next line of code runs.
 */

const PREFIX = 'parley.outbox.'

/** Stores an entry in the journal, at once and for as long as IndexedDB has not got it. */
export function putAhead(entry: OutboxEntry): void {
  try {
    localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry))
  } catch {
    // Storage is full or forbidden: the entry is safe only when IndexedDB has it.
  }
}

/** Deletes an entry from the journal. */
export function dropAhead(id: string): void {
  try {
    localStorage.removeItem(PREFIX + id)
  } catch {
    // Forbidden: there is no entry.
  }
}

/** Returns an entry of the journal; undefined when there is none. */
export function aheadOf(id: string): OutboxEntry | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + id) ?? 'null')
    return isEntry(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** Returns the entries of all users of this browser. */
export function allAhead(): OutboxEntry[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
    return keys.flatMap((key) => aheadOf(key.slice(PREFIX.length)) ?? [])
  } catch {
    return []
  }
}

/** Checks the shape: an earlier build of the page may have written another one. */
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
