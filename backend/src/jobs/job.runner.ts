import type { Clock } from '../lib/clock.ts'
import type { JobHandler } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import type { JobRecord } from '../models/job.model.ts'
import type { JobRepository } from './job.repository.ts'

export interface Kind {
  handler: JobHandler<unknown>
  /** The interval of a repeated job, which is never dead; null for other jobs. */
  everyMs: number | null
}

export interface RunnerOptions {
  /** Tries before a job is dead. */
  tries: number
  firstRetryMs: number
  lastRetryMs: number
  leaseMs: number
  /** How long `close` waits for the running jobs. */
  patienceMs: number
}

export interface Counts {
  running: number
  done: number
  failed: number
}

interface Deps {
  kinds: ReadonlyMap<string, Kind>
  repository: JobRepository
  clock: Clock
  logger: Logger
  options: RunnerOptions
}

const PROCESS_ENDED = 'The process ended before the job was done.'
/** Renewals within one lease, so that two of them may fail. */
const RENEWALS = 3
/** Share of a delay that is random: nodes that failed together should not retry together. */
const JITTER = 0.2

export interface JobRunner {
  countsOf(kind: string): Counts
  /**
   * Runs a job whose lease the caller holds. Resolves to whether it was done. Never rejects: a result that cannot be
   * stored brings the job again when the lease expires.
   */
  run(row: JobRecord): Promise<boolean>
  isBusy(): boolean
  /** Resolves when the jobs that run now have ended. */
  idle(): Promise<void>
  /** Asks the running jobs to end, and waits for them up to `patienceMs`. */
  close(): Promise<void>
}

/** Makes the runner of jobs: it calls the handlers, renews the leases meanwhile, and stores the results. */
export function createJobRunner({ kinds, repository, clock, logger, options }: Deps): JobRunner {
  const running = new Map<Promise<unknown>, AbortController>()
  const counts = new Map<string, Counts>()
  let isClosed = false

  function countsOf(kind: string): Counts {
    const known = counts.get(kind) ?? { running: 0, done: 0, failed: 0 }
    counts.set(kind, known)
    return known
  }

  /** @throws what the handler throws */
  async function call(kind: string, payload: unknown, stop: AbortController): Promise<Date | void> {
    const known = kinds.get(kind)
    if (!known) throw new Error(`There is no handler of ${kind}`)
    const count = countsOf(kind)
    count.running += 1
    try {
      const again = await known.handler(payload, stop.signal)
      count.done += 1
      return again
    } catch (error) {
      if (!stop.signal.aborted) count.failed += 1
      throw error
    } finally {
      count.running -= 1
    }
  }

  function track<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    if (isClosed) stop.abort()
    const ending = work(stop).finally(() => running.delete(ending))
    running.set(ending, stop)
    return ending
  }

  /** Renews a lease until the returned function is called. */
  function keepLease(row: JobRecord, stop: AbortController): () => void {
    let cancel: (() => void) | undefined
    const schedule = () => {
      cancel = clock.after(options.leaseMs / RENEWALS, async () => {
        // A database that does not answer is no reason to stop: another process may or may not have the job.
        const isMine = await repository.renew(row).catch(() => true)
        if (isMine) schedule()
        else stop.abort()
      })
    }
    schedule()
    return () => cancel?.()
  }

  async function tryOnce(row: JobRecord, stop: AbortController): Promise<boolean> {
    const { kind, tries } = row
    const everyMs = kinds.get(kind)?.everyMs ?? null
    if (tries > options.tries && everyMs === null) {
      await deadLetter(row, row.error ?? PROCESS_ENDED)
      return false
    }
    const release = keepLease(row, stop)
    try {
      const again = (await call(kind, row.payload, stop)) ?? (everyMs === null ? null : later(everyMs))
      await (again ? repository.doneUntil(row, again) : repository.done(row))
      return true
    } catch (error) {
      if (stop.signal.aborted) await repository.giveBack(row)
      else await failed(row, everyMs, error)
      return false
    } finally {
      release()
    }
  }

  async function failed(row: JobRecord, everyMs: number | null, error: unknown): Promise<void> {
    const { kind, tries } = row
    if (tries >= options.tries && everyMs === null) {
      await deadLetter(row, messageOf(error))
      return
    }
    logger.warn({ err: error, kind, job: row._id, tries }, 'a job failed and will be tried again')
    await repository.retry(row, later(Math.min(backoff(tries), everyMs ?? Number.POSITIVE_INFINITY)), messageOf(error))
  }

  async function deadLetter(row: JobRecord, error: string): Promise<void> {
    logger.error({ kind: row.kind, job: row._id, tries: row.tries, error }, 'a job failed for good')
    await repository.deadLetter(row, error)
  }

  function backoff(tries: number): number {
    const spread = 1 - JITTER + 2 * JITTER * Math.random()
    return Math.min(options.firstRetryMs * 2 ** (Math.min(tries, 32) - 1), options.lastRetryMs) * spread
  }

  const later = (milliseconds: number): Date => new Date(clock.now().getTime() + milliseconds)

  return {
    countsOf,

    run: (row) =>
      track((stop) =>
        tryOnce(row, stop).catch((error: unknown) => {
          logger.warn(
            { err: error, kind: row.kind, job: row._id },
            'the result of a job could not be stored, so the job will run again',
          )
          return false
        }),
      ),

    isBusy: () => running.size > 0,

    async idle() {
      await Promise.allSettled(running.keys())
    },

    async close() {
      isClosed = true
      for (const stop of running.values()) stop.abort()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.patienceMs)
        void Promise.allSettled(running.keys()).then(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
