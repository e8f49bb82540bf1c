/** The kinds of background jobs, with their payloads. */
export type JobKinds = {
  /** Does the next step of a broadcast. */
  broadcast: { id: string }
  /** Adds the jobs of broadcasts that are due and have none. */
  broadcastsDue: Nothing
  /** Deletes the data of a user whose account was deleted. */
  forgetPerson: { userId: string; pictureHash: string | null; messages: boolean }
  /** Deletes or archives old messages by the rules of the settings. */
  retention: Nothing
  /** Moves messages that are old enough to the cold collection. */
  moveCold: Nothing
  /** Deletes the remains of ended groups, uploads, attachments and pictures. */
  sweepMedia: Nothing
  sweepSessions: Nothing
}

export type Nothing = Record<string, never>

/**
 * Does a job. A job can run again after it was done, when its process ended before it could say so. So a repeat must do
 * no harm.
 * @param signal aborted when the server stops, or when another process has taken the job over. A long job then throws,
 * and runs again
 * @returns the time of the next run, or nothing when the job is done
 */
export type JobHandler<P> = (payload: P, signal: AbortSignal) => Promise<Date | void>

export interface AddOptions {
  /**
   * Makes the job unique in its kind. A repeat while the job waits adds no second job, and the earlier time counts. A
   * repeat while the job runs lets it run once more afterwards.
   */
  id?: string
  /** The earliest time; at once by default. */
  at?: Date
}

export interface RepeatOptions {
  everyMs: number
  /** Whether the job also runs at each start of a server. */
  atStart: boolean
}

/**
 * Background jobs. A job is done at least once, on any node, in no fixed order. A failed job is tried again, each time
 * later. After the last try it is dead: it is kept with its error until an admin requeues it.
 */
export interface Jobs<Kinds = JobKinds> {
  /** Sets the handler of a kind. Must be called before `start`. */
  handle<K extends keyof Kinds & string>(kind: K, handler: JobHandler<Kinds[K]>): void
  /**
   * Sets the handler of a kind that runs at intervals, on one node at a time, and is never dead. Its id is its kind:
   * add it to run it at once. Must be called before `start`.
   */
  repeat<K extends keyof Kinds & string>(kind: K, options: RepeatOptions, handler: JobHandler<Kinds[K]>): void
  /** Adds a job. Resolves when the job is on disk. */
  add<K extends keyof Kinds & string>(kind: K, payload: Kinds[K], options?: AddOptions): Promise<void>
  /**
   * Adds a job and runs it on this node at once, for a caller that waits. Resolves to true when the job is done, and to
   * false when it failed or runs elsewhere; then it runs again later, as any job.
   */
  perform<K extends keyof Kinds & string>(kind: K, payload: Kinds[K], id: string): Promise<boolean>
  start(): Promise<void>
  /** Begins no new job and waits for the running ones. A job that does not end within some seconds runs again later. */
  close(): Promise<void>
  /** Lists the newest dead jobs. */
  dead(): Promise<DeadJob[]>
  /** Requeues all dead jobs, or these. Returns their number. */
  requeue(ids?: string[]): Promise<number>
  stats(): Promise<JobStats>
  /** Returns whether the broker can be reached; true without a broker. */
  isConnected(): boolean
}

export interface DeadJob {
  id: string
  kind: string
  payload: unknown
  error: string
  addedAt: Date
}

/** The figures of each kind. */
export type JobStats = Record<
  string,
  {
    /** Jobs in the database that have not begun, also those for later. */
    waiting: number
    /** Those of them in the broker's queue; 0 without a broker, or while it cannot be reached. */
    queued: number
    /** Jobs that run on this node. */
    running: number
    dead: number
    /** Jobs that this node has done since it started. */
    done: number
    /** Failed tries on this node since it started. */
    failed: number
  }
>
