import type { UserId } from 'backend/contract'
import { useSession } from '../../../accounts/session.store.ts'
import { useDrafts } from '../../../drafts/drafts.store.ts'
import { blankContent, type DraftContent } from '../shared/draftContent.model.ts'

export interface KeptContent {
  content: DraftContent
  /** The `draftRevision` that was changed; null when the server has no such draft, or an older page stored it. */
  fromRevision: number | null
}

/**
 * Returns the content of a draft that the server has not saved. This device keeps it with the other drafts of the user, so that it
 * survives a reload without a connection.
 * @param key the broadcast's id, or `new`
 */
export function savedContent(userId: UserId, key: string): KeptContent | null {
  if (!isSignedIn(userId)) return null
  const kept = parsed(useDrafts.getState().drafts[placeOf(key)])
  // An older version of the page may have stored fewer fields.
  if (!isContent(kept)) return null
  const { fromRevision, ...content } = kept
  return {
    content: { ...blankContent(), ...content },
    fromRevision: typeof fromRevision === 'number' ? fromRevision : null,
  }
}

/** Stores the content of a draft on this device; null removes it. Does nothing when the user signed out meanwhile. */
export function saveContent(userId: UserId, key: string, kept: KeptContent | null): void {
  const text = kept ? JSON.stringify({ ...kept.content, fromRevision: kept.fromRevision }) : ''
  if (isSignedIn(userId)) useDrafts.getState().setDraft(placeOf(key), text)
}

const isSignedIn = (userId: UserId): boolean => useSession.getState().user?.id === userId
const placeOf = (key: string): string => `broadcast:${key}`

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}

function isContent(kept: unknown): kept is Partial<DraftContent> & { fromRevision?: unknown } {
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'title' in kept &&
    typeof kept.title === 'string' &&
    'text' in kept &&
    typeof kept.text === 'string'
  )
}
