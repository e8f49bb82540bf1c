import type { UserId } from 'backend/contract'

/**
 * Names the thing that a text is for: the id of a conversation for a new message, otherwise a kind and the ids of the thing, such
 * as `report:<user id>`. Ids have no colon.
 */
export type DraftKey = string

/**
 * Bytes of all drafts of a user on this device, at two for each UTF-16 unit, as browsers count. They give an origin 10 MB, and the
 * outbox needs room too.
 */
const DRAFTS_MAX_BYTES = 3_000_000

const ROOT = 'parley.drafts.'
/** An earlier build of the page stored the texts of messages in one record under this key, and broadcasts in another. */
const earlierPlaceOf = (userId: UserId): string => ROOT + userId
const earlierBroadcastsOf = (userId: UserId): string => `parley.broadcasts.${userId}`
const placeOf = (userId: UserId, key: DraftKey): string => `${ROOT}${userId}.${key}`

/** Returns all drafts of a user on this device; none when the browser forbids storage. */
export function storedDrafts(userId: UserId): Record<DraftKey, string> {
  try {
    const stored = keysOf(userId).map((key) => [key, textOf(localStorage.getItem(placeOf(userId, key)))] as const)
    return { ...earlierDrafts(userId), ...Object.fromEntries(stored) }
  } catch {
    return {}
  }
}

/**
 * Stores a draft; an empty text removes it. The drafts that were changed longest ago are removed when all together exceed
 * `DRAFTS_MAX_BYTES`. Returns whether the browser has stored it.
 */
export function storeDraft(userId: UserId, key: DraftKey, text: string): boolean {
  try {
    moveEarlier(userId)
    if (text === '') {
      localStorage.removeItem(placeOf(userId, key))
      return true
    }
    if (bytesOf(placeOf(userId, key), text) > DRAFTS_MAX_BYTES) return false
    makeRoom(userId, key, text)
    localStorage.setItem(placeOf(userId, key), `${Date.now().toString(36)} ${text}`)
    return true
  } catch {
    // The storage is full or forbidden.
    return false
  }
}

/** Removes all drafts of a user from this device. */
export function dropDrafts(userId: UserId): void {
  try {
    for (const key of keysOf(userId)) localStorage.removeItem(placeOf(userId, key))
    removeEarlier(userId)
  } catch {
    // The browser forbids storage, so there is no draft.
  }
}

/** Reads a change that another tab made. Returns null when it is no draft of the user; `text` is empty when it was removed. */
export function changedDraft(userId: UserId, { key, newValue }: StorageEvent): { key: DraftKey; text: string } | null {
  const place = placeOf(userId, '')
  return key?.startsWith(place) ? { key: key.slice(place.length), text: textOf(newValue) } : null
}

function keysOf(userId: UserId): DraftKey[] {
  const place = placeOf(userId, '')
  return Object.keys(localStorage).flatMap((key) => (key.startsWith(place) ? key.slice(place.length) : []))
}

function makeRoom(userId: UserId, key: DraftKey, text: string): void {
  const others = keysOf(userId)
    .filter((other) => other !== key)
    .map((other) => ({ place: placeOf(userId, other), value: localStorage.getItem(placeOf(userId, other)) ?? '' }))
  let bytes =
    bytesOf(placeOf(userId, key), text) + others.reduce((sum, { place, value }) => sum + bytesOf(place, value), 0)
  if (bytes <= DRAFTS_MAX_BYTES) return
  for (const { place, value } of others.toSorted((a, b) => timeOf(a.value) - timeOf(b.value))) {
    if (bytes <= DRAFTS_MAX_BYTES) return
    localStorage.removeItem(place)
    bytes -= bytesOf(place, value)
  }
}

const bytesOf = (place: string, value: string): number => 2 * (place.length + value.length)

/** A stored value is the time of its last change in milliseconds, in base 36, a space, and the text. */
const timeOf = (value: string): number => Number.parseInt(value, 36) || 0
const textOf = (value: string | null): string => value?.slice(value.indexOf(' ') + 1) ?? ''

/** Moves the drafts of an earlier build to the places of this one. */
function moveEarlier(userId: UserId): void {
  const earlier = Object.entries(earlierDrafts(userId))
  removeEarlier(userId)
  for (const [key, text] of earlier)
    if (localStorage.getItem(placeOf(userId, key)) === null) localStorage.setItem(placeOf(userId, key), `0 ${text}`)
}

function removeEarlier(userId: UserId): void {
  localStorage.removeItem(earlierPlaceOf(userId))
  localStorage.removeItem(earlierBroadcastsOf(userId))
}

function earlierDrafts(userId: UserId): Record<DraftKey, string> {
  const texts = recordAt(earlierPlaceOf(userId)).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  )
  const broadcasts = recordAt(earlierBroadcastsOf(userId)).map(
    ([key, content]) => [`broadcast:${key}`, JSON.stringify(content)] as const,
  )
  return Object.fromEntries([...texts, ...broadcasts])
}

function recordAt(place: string): [string, unknown][] {
  const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '{}')
  return Object.entries(stored ?? {})
}
