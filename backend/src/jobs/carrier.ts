/** What goes through a broker: a job itself, or word of one whose row is in the database. */
export type Carried = { row: string } | { payload: unknown }

/** What comes from a broker; unreadable is what a newer server, or somebody else, has put there. */
export type Taken = Carried | { unreadable: string }

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
  /**
   * Resolves when the broker may forget it; rejects: it comes again.
   * @param isAgain somebody had it, and went away
   */
  take(kind: string, taken: Taken, isAgain: boolean): Promise<void>
}
