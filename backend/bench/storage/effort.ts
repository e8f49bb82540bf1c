import type { CorpusName } from './corpus.ts'

/** How much is stored, and how much time is spent on measuring it. */
export interface StorageEffort {
  /** The first round is discarded when there is more than one. */
  rounds: number
  conversations: Record<CorpusName, number>
  messagesEach: number
  /** Pages of each kind in a round. */
  pages: number
  /** Messages written by 16 callers in a round. */
  writes: number
  /** The least time for which one client scans and another writes. */
  scanSeconds: number
}

/**
 * Ten thousand messages cannot lie in ten thousand conversations of which one can ask a page of 50. So both sets have
 * conversations of 100 messages, and the small one has fewer of them: a page is the same work, among more or less.
 */
export const STORAGE_NORMAL: StorageEffort = {
  rounds: 6,
  conversations: { large: 10_000, small: 100 },
  messagesEach: 100,
  pages: 1000,
  writes: 6000,
  scanSeconds: 3,
}

/** A tenth of it: did something break? */
export const STORAGE_QUICK: StorageEffort = {
  ...STORAGE_NORMAL,
  rounds: 3,
  conversations: { large: 1000, small: 100 },
  pages: 300,
  writes: 2000,
  scanSeconds: 1,
}

/** For the bench's own test. */
export const STORAGE_TINY: StorageEffort = {
  rounds: 2,
  conversations: { large: 20, small: 4 },
  messagesEach: 60,
  pages: 10,
  writes: 64,
  scanSeconds: 0.1,
}
