import type { Logger } from './logger.ts'

/** What each node keeps in memory of the database. */
export type Kept = 'settings' | 'mutes'

/** The other nodes, as far as those who keep something in memory know of them. */
export interface Nodes {
  /** Tells the others that this was changed here, in the database. */
  changed(what: Kept): void
  /** `look` is called when another node has changed it, or may have. */
  onChanged(what: Kept, look: () => void): void
}

/** There are none. */
export const ALONE: Nodes = { changed() {}, onChanged() {} }

/** How often one looks by oneself: a node may be changing something while nobody can tell the others. */
const LOOK_MS = 5000

/** Has `look` read it anew whenever it may be different. Returns how to stop. */
export function keepUp(nodes: Nodes, what: Kept, look: () => Promise<void>, logger: Logger): () => void {
  const lookAgain = (): void =>
    void look().catch((error: unknown) =>
      logger.warn({ err: error, what }, 'what is kept in memory could not be read anew'),
    )
  nodes.onChanged(what, lookAgain)
  const timer = setInterval(lookAgain, LOOK_MS).unref()
  return () => clearInterval(timer)
}
