import type { UserId } from 'backend/contract'

export type UnsentName = 'messages' | 'drafts' | 'files'
export type UnsentCounts = Readonly<Record<UnsentName, number>>

/** What one feature keeps on this device for a user until it is sent. */
interface Unsent {
  count(userId: UserId): number | Promise<number>
  /** Deletes all of it. Called after the user signed out. */
  forget(userId: UserId): void | Promise<void>
}

const features = new Map<UnsentName, Unsent>()

/** Adds a feature that keeps something unsent. A sign-out asks the user about it, and deletes it. */
export function registerUnsent(name: UnsentName, unsent: Unsent): void {
  features.set(name, unsent)
}

/** Counts what a user has on this device that the server does not have. */
export async function countUnsent(userId: UserId): Promise<UnsentCounts> {
  const countOf = async (name: UnsentName) => (await features.get(name)?.count(userId)) ?? 0
  return { messages: await countOf('messages'), drafts: await countOf('drafts'), files: await countOf('files') }
}

/** Deletes everything of a user on this device that the server does not have. */
export async function forgetUnsent(userId: UserId): Promise<void> {
  for (const unsent of features.values()) await unsent.forget(userId)
}
