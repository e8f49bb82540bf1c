import type { Broadcast, DraftBroadcastInput, UserId } from 'backend/contract'
import * as api from '../shared/broadcast.api.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'

/**
 * Creates a draft at the server. When the answer to an earlier attempt was lost, that attempt may have created a draft
 * already; then it changes that draft. Throws ApiProblem.
 * @param lost the input of the earlier attempt; null when there was none
 */
export async function beginDraft(
  userId: UserId,
  input: DraftBroadcastInput,
  lost: DraftBroadcastInput | null,
): Promise<Broadcast> {
  const begun = lost && (await findBegun(userId, lost))
  return begun ? api.editDraft(begun.id, input) : api.createDraft(input)
}

/** Finds a new draft of the user with the same title and text that this page has not loaded before. */
async function findBegun(userId: UserId, { title, text }: DraftBroadcastInput): Promise<Broadcast | undefined> {
  const { items } = await api.listBroadcasts({ show: 'drafts' })
  const { byId } = useBroadcasts.getState()
  return items.find(
    (each) =>
      each.state === 'draft' &&
      each.createdBy === userId &&
      each.title === title.trim() &&
      each.text === text.trim() &&
      !byId[each.id],
  )
}
