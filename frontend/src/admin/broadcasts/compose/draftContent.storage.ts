import type { UserId } from 'backend/contract'
import { blankContent, type DraftContent } from '../shared/draftContent.model.ts'

/**
 * Returns the content of a draft that the server has not saved. It is in localStorage under the user's id, so that it
 * survives a reload without a connection.
 * @param key the broadcast's id, or `new`
 */
export function savedContent(userId: UserId, key: string): DraftContent | null {
  const kept = read(userId)[key]
  // An older version of the page may have stored fewer fields.
  return isContent(kept) ? { ...blankContent(), ...kept } : null
}

/** Stores the content of a draft on this device; null removes it. */
export function saveContent(userId: UserId, key: string, content: DraftContent | null): void {
  const { [key]: _, ...others } = read(userId)
  const all = content ? { ...others, [key]: content } : others
  try {
    if (Object.keys(all).length === 0) localStorage.removeItem(placeOf(userId))
    else localStorage.setItem(placeOf(userId), JSON.stringify(all))
  } catch {
    // The storage is full or forbidden, so the content lasts as long as the page.
  }
}

function read(userId: UserId): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(placeOf(userId)) ?? '{}')
    return typeof kept === 'object' && kept !== null ? { ...kept } : {}
  } catch {
    return {}
  }
}

const placeOf = (userId: UserId): string => `parley.broadcasts.${userId}`

function isContent(kept: unknown): kept is Partial<DraftContent> {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'title' in kept &&
    typeof kept.title === 'string' &&
    'text' in kept &&
    typeof kept.text === 'string'
  )
}
