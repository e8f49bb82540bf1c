import type { MessageModel } from '../models/message.model.ts'

/** How long a copy is in the cold collection before its message is taken out of the other one: a node that has just looked must not miss it in both. */
export const COPIED_MS = 10_000

const known = new WeakMap<MessageModel, () => Promise<boolean>>()

/** Whether there is any cold message. Looked up now and then as long as there is none: more often than one that was copied is taken. */
export function createHasColdMessages(ColdMessage: MessageModel): () => Promise<boolean> {
  const found = known.get(ColdMessage)
  if (found) return found
  let used = false
  let unusedUntil = 0
  const isUsed = async (): Promise<boolean> => {
    if (used || Date.now() < unusedUntil) return used
    const lookedAt = Date.now()
    used = (await ColdMessage.exists({})) !== null
    unusedUntil = lookedAt + COPIED_MS / 2
    return used
  }
  known.set(ColdMessage, isUsed)
  return isUsed
}
