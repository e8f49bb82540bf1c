import type { CorpusName } from './corpus.ts'

/** The sizes of the stores, and the time of the measurement. */
export interface StorageOptions {
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
 * Both stores have conversations of 100 messages, and the small store has fewer of them. So a page of 50 is the same work
 * in both.
 */
export const STORAGE_NORMAL: StorageOptions = {
  rounds: 6,
  conversations: { large: 10_000, small: 100 },
  messagesEach: 100,
  pages: 1000,
  writes: 6000,
  scanSeconds: 3,
}

/** A tenth of it, to see whether it still works. */
export const STORAGE_QUICK: StorageOptions = {
  ...STORAGE_NORMAL,
  rounds: 3,
  conversations: { large: 1000, small: 100 },
  pages: 300,
  writes: 2000,
  scanSeconds: 1,
}

/** For the bench's own test. */
export const STORAGE_TINY: StorageOptions = {
  rounds: 2,
  conversations: { large: 20, small: 4 },
  messagesEach: 60,
  pages: 10,
  writes: 64,
  scanSeconds: 0.1,
}
