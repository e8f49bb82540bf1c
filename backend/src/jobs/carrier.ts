/** What goes through a broker: a job itself, or word of one whose row is in the database. */
export type Carried = { row: string } | { payload: unknown }

/** How jobs get to nodes where a broker has the queues. It keeps what it has confirmed; what it has not, the database keeps. */
export interface Carrier {
  isConnected(): boolean
  /** Resolves when the broker has it on disk. @throws Error when that is not known within seconds: it may have it all the same */
  send(kind: string, carried: Carried): Promise<void>
  /** Messages that no node has taken yet; 0 while the broker is away. */
  queued(kind: string): Promise<number>
  /** Begins to connect, and to take. Resolves at once, whether the broker is there or not. */
  start(takers: Takers): Promise<void>
  /** Takes nothing more. What was taken can still be settled. */
  pause(): Promise<void>
  close(): Promise<void>
}

export interface Takers {
  kinds: readonly string[]
  /** At once, of each kind. */
  atOnce: number
  /** Resolves when the broker may forget it; rejects: it comes again. */
  take(kind: string, carried: Carried): Promise<void>
  /** What ended so many processes that the broker gives it to nobody any more. */
  giveUp(kind: string, carried: Carried): Promise<void>
}
