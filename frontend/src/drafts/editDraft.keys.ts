import type { ConversationId } from 'backend/contract'
import type { DraftKey } from './draft.storage.ts'

/** Returns the key of the draft of an edit of a message. */
export const editDraftKey = (id: ConversationId, seq: number): DraftKey => `${prefixOf(id)}${seq}`

/** Returns the places of the messages of a conversation whose edit is a draft, the one begun last at the end. */
export function draftedEdits(id: ConversationId, drafts: Readonly<Record<DraftKey, string>>): number[] {
  const prefix = prefixOf(id)
  return Object.keys(drafts).flatMap((key) => (key.startsWith(prefix) ? Number(key.slice(prefix.length)) : []))
}

const prefixOf = (id: ConversationId): string => `edit:${id}:`
