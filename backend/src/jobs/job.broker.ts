/**
 * A message broker that distributes jobs to the nodes. A message holds the id of a row in the database. It can be old,
 * repeated or lost, so the row decides what is done.
 */
export interface Broker {
  isConnected(): boolean
  /**
   * Resolves when the broker has the message on disk. @throws Error when that is not known within seconds; the broker
   * can have it all the same
   */
  send(kind: string, row: string): Promise<void>
  /** Counts the messages that no node has taken yet; 0 while the broker cannot be reached. */
  queued(kind: string): Promise<number>
  /** Begins to connect and to consume. Resolves at once, also while the broker cannot be reached. */
  start(consumer: Consumer): Promise<void>
  /** Takes no new messages. Messages that were taken can still be settled. */
  pause(): Promise<void>
  close(): Promise<void>
}

export interface Consumer {
  kinds: readonly string[]
  /** Messages of each kind that are consumed at once. */
  atOnce: number
  /** Resolves when the broker can forget the message. A rejection brings the message again. */
  consume(row: string): Promise<void>
}
