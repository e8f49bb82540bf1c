import type { MessageModel } from '../models/message.model.ts'

/**
 * How long a copy is in the cold collection before its message is removed from `messages`. It is longer than a node
 * remembers that there are no cold messages, so that no node misses the message in both.
 */
export const COPIED_MS = 10_000

const known = new WeakMap<MessageModel, () => Promise<boolean>>()

/**
 * Returns a function that tells whether there are cold messages. While there are none, it asks the database again after
 * half of `COPIED_MS`.
 */
export function createHasColdMessages(ColdMessage: MessageModel): () => Promise<boolean> {
  const found = known.get(ColdMessage)
  if (found) return found
  let used = false
  let unusedUntil = 0
  const isUsed = async (): Promise<boolean> => {
    const left = unusedUntil - Date.now()
    // More is left only when the clock was set back.
    if (used || (left > 0 && left <= COPIED_MS / 2)) return used
    const lookedAt = Date.now()
    used = (await ColdMessage.exists({})) !== null
    unusedUntil = lookedAt + COPIED_MS / 2
    return used
  }
  known.set(ColdMessage, isUsed)
  return isUsed
}
