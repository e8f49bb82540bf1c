/** How nodes hear of jobs where a broker has the queues. A message names a row; what it says may be old, or said twice, or lost: the row decides. */
export interface Carrier {
  isConnected(): boolean
  /** Resolves when the broker has it on disk. @throws Error when that is not known within seconds: it may have it all the same */
  send(kind: string, row: string): Promise<void>
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
  /** Resolves when the broker may forget the message; rejects: it comes again. */
  take(row: string): Promise<void>
}
