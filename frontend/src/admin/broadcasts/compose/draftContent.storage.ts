import type { UserId } from 'backend/contract'
import { blankContent, type DraftContent } from '../shared/draftContent.model.ts'

/**
 * What was written of a broadcast and is not with the server yet, in localStorage under the person's id, so that it survives a reload without
 * a connection. `key`: the broadcast's id, or `new`.
 */
export function keptContent(userId: UserId, key: string): DraftContent | null {
  const kept = read(userId)[key]
  // A version of the page that knew less has left less behind.
  return isContent(kept) ? { ...blankContent(), ...kept } : null
}

/** Null: there is nothing to be kept any more. */
export function keepContent(userId: UserId, key: string, content: DraftContent | null): void {
  const { [key]: _, ...others } = read(userId)
  const all = content ? { ...others, [key]: content } : others
  try {
    if (Object.keys(all).length === 0) localStorage.removeItem(placeOf(userId))
    else localStorage.setItem(placeOf(userId), JSON.stringify(all))
  } catch {
    // Storage full or forbidden: it lives as long as the page.
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
