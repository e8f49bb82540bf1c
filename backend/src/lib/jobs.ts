/** The kinds of background work that there are, and what each is given. */
export type JobKinds = {
  /** Whatever a broadcast is due for. */
  broadcast: { id: string }
  /** Takes up broadcasts that are due and have no job. */
  broadcastsDue: Nothing
  /** What is to go with a person whose account was deleted. */
  forgetPerson: { userId: string; pictureHash: string | null; messages: boolean }
  /** Old messages, by the rules of the settings. */
  retention: Nothing
  /** Messages that are old enough go to the cold collection. */
  moveCold: Nothing
  /** What is left of ended groups, uploads, attachments and pictures. */
  sweepMedia: Nothing
  sweepSessions: Nothing
}

export type Nothing = Record<string, never>

/**
 * Does a job. It may come again after it was done (a process that ends in between cannot say so), so a repeat must do no harm.
 * @param signal aborted when the server stops, or when somebody else has taken the job over: a long one ends then by throwing, and comes again
 * @returns when it wants to be called again; nothing: it is done
 */
export type JobHandler<P> = (payload: P, signal: AbortSignal) => Promise<Date | void>

export interface AddOptions {
  /** Of its kind: while one of this id waits, a repeat is no second job (the sooner time counts); while it runs, it runs once more afterwards. */
  id?: string
  /** Not before; at once without it. */
  at?: Date
}

export interface RepeatOptions {
  everyMs: number
  /** Whether each start of a server is a time for it as well. */
  atStart: boolean
}

/**
 * Work that nobody waits for, done at least once, on whichever node, in no promised order. What throws is tried again, each time later; after
 * the last try it is dead: kept with its error until somebody puts it back.
 */
export interface Jobs<Kinds = JobKinds> {
  /** Says who does a kind. Before `start`. */
  handle<K extends keyof Kinds & string>(kind: K, handler: JobHandler<Kinds[K]>): void
  /** Says who does a kind now and then, one node at a time; it is never dead. Its id is its kind: to have it done at once, add it. Before `start`. */
  repeat<K extends keyof Kinds & string>(kind: K, options: RepeatOptions, handler: JobHandler<Kinds[K]>): void
  /** When it resolves the job is on disk. */
  add<K extends keyof Kinds & string>(kind: K, payload: Kinds[K], options?: AddOptions): Promise<void>
  /**
   * As `add` with this id, but done here and at once, for somebody who waits. Resolves when this try is over; to false when it failed, or is
   * being done elsewhere: then it is done again later, as any job.
   */
  perform<K extends keyof Kinds & string>(kind: K, payload: Kinds[K], id: string): Promise<boolean>
  start(): Promise<void>
  /** Takes nothing new and waits for what runs; what does not end in a few seconds comes again. */
  close(): Promise<void>
  /** The newest that were given up. */
  dead(): Promise<DeadJob[]>
  /** Begins dead jobs anew, all or these. Returns how many. */
  putBack(ids?: string[]): Promise<number>
  stats(): Promise<JobStats>
  /** Whether the broker can be reached; true where there is none. */
  isConnected(): boolean
}

export interface DeadJob {
  id: string
  kind: string
  payload: unknown
  error: string
  addedAt: Date
}

/** By kind. */
export type JobStats = Record<
  string,
  {
    /** In the database, also for later. */
    waiting: number
    /** Of those, in the broker's queue; 0 without a broker, or while it is away. */
    queued: number
    /** On this node. */
    running: number
    dead: number
    /** On this node, since it started. */
    done: number
    /** Tries that failed on this node, since it started. */
    failed: number
  }
>
