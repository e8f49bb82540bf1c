import type { Broadcast, DraftBroadcastInput } from 'backend/contract'
import * as api from '../shared/broadcast.api.ts'

/**
 * Creates a draft at the server. When the answer to an earlier attempt was lost, it repeats that attempt, which the server answers with
 * the draft that it has, and changes that draft. Throws ApiProblem.
 * @param lost the input of the earlier attempt; null when there was none
 */
export async function beginDraft(input: DraftBroadcastInput, lost: DraftBroadcastInput | null): Promise<Broadcast> {
  const begun = await api.createDraft(lost ?? input)
  return lost === null ? begun : api.editDraft(begun.id, input)
}
