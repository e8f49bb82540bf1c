import type { Broadcast, DraftBroadcastInput, UserId } from 'backend/contract'
import * as api from '../shared/broadcast.api.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'

/**
 * Begins a draft at the server. Where the answer to an earlier attempt was lost, which may have arrived, the draft that was begun then is
 * gone on with. Throws ApiProblem.
 * @param lost what the earlier attempt said; null: there was none
 */
export async function beginDraft(
  userId: UserId,
  input: DraftBroadcastInput,
  lost: DraftBroadcastInput | null,
): Promise<Broadcast> {
  const begun = lost && (await findBegun(userId, lost))
  return begun ? api.editDraft(begun.id, input) : api.createDraft(input)
}

/** One of the newest, with these words, that this page has not met. */
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
