import type { Clock } from '../lib/clock.ts'
import type { JobHandler } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import type { JobRecord } from '../models/job.model.ts'
import type { JobBook } from './job.repository.ts'

export interface Kind {
  handler: JobHandler<unknown>
  /** Done now and then by one node, never given up. */
  everyMs: number | null
}

export interface Effort {
  /** Tries before a job is given up. */
  tries: number
  firstRetryMs: number
  lastRetryMs: number
  leaseMs: number
  /** How long `close` waits for what runs. */
  patienceMs: number
}

export interface Counts {
  running: number
  done: number
  failed: number
}

interface Deps {
  kinds: ReadonlyMap<string, Kind>
  book: JobBook
  clock: Clock
  logger: Logger
  effort: Effort
}

const PROCESS_ENDED = 'The process that did it ended in the middle.'
/** Of a lease: so that two signs may fail. */
const SIGNS = 3
/** Nodes that failed together shall not try again together. */
const JITTER = 0.2

/** Does jobs with their handlers, keeps their leases meanwhile, and writes down what became of them. */
export function createRunner({ kinds, book, clock, logger, effort }: Deps) {
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
    if (!known) throw new Error(`Nobody does ${kind}`)
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

  /** Until it is called off. */
  function keepLease(row: JobRecord, stop: AbortController): () => void {
    let callOff: (() => void) | undefined
    const wait = () => {
      callOff = clock.after(effort.leaseMs / SIGNS, async () => {
        // A database that does not answer is no reason to stop: whether somebody else has taken it over is not known.
        const isMine = await book.renew(row).catch(() => true)
        if (isMine) wait()
        else stop.abort()
      })
    }
    wait()
    return () => callOff?.()
  }

  async function tryOnce(row: JobRecord, stop: AbortController): Promise<boolean> {
    const { kind, tries } = row
    const everyMs = kinds.get(kind)?.everyMs ?? null
    if (tries > effort.tries && everyMs === null) {
      await bury(row, row.error ?? PROCESS_ENDED)
      return false
    }
    const letGo = keepLease(row, stop)
    try {
      const again = (await call(kind, row.payload, stop)) ?? (everyMs === null ? null : later(everyMs))
      await (again ? book.doneUntil(row, again) : book.done(row))
      return true
    } catch (error) {
      if (stop.signal.aborted) await book.giveBack(row)
      else await failed(row, everyMs, error)
      return false
    } finally {
      letGo()
    }
  }

  async function failed(row: JobRecord, everyMs: number | null, error: unknown): Promise<void> {
    const { kind, tries } = row
    if (tries >= effort.tries && everyMs === null) {
      await bury(row, wording(error))
      return
    }
    logger.warn({ err: error, kind, job: row._id, tries }, 'a job failed, it will be tried again')
    await book.retry(row, later(Math.min(backoff(tries), everyMs ?? Number.POSITIVE_INFINITY)), wording(error))
  }

  async function bury(row: JobRecord, error: string): Promise<void> {
    logger.error({ kind: row.kind, job: row._id, tries: row.tries, error }, 'a job was given up')
    await book.bury(row, error)
  }

  function backoff(tries: number): number {
    const spread = 1 - JITTER + 2 * JITTER * Math.random()
    return Math.min(effort.firstRetryMs * 2 ** (Math.min(tries, 32) - 1), effort.lastRetryMs) * spread
  }

  const later = (milliseconds: number): Date => new Date(clock.now().getTime() + milliseconds)

  return {
    countsOf,

    /** One that the caller holds the lease of. False: it was not done. Never rejects: what cannot be written down comes again when the lease ends. */
    run: (row: JobRecord): Promise<boolean> =>
      track((stop) =>
        tryOnce(row, stop).catch((error: unknown) => {
          logger.warn(
            { err: error, kind: row.kind, job: row._id },
            'what became of a job could not be kept, it comes again',
          )
          return false
        }),
      ),

    isBusy: () => running.size > 0,

    /** When what runs now has ended. */
    async idle(): Promise<void> {
      await Promise.allSettled(running.keys())
    },

    /** Asks what runs to end, and waits for it as long as that takes, but not for ever. */
    async close(): Promise<void> {
      isClosed = true
      for (const stop of running.values()) stop.abort()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, effort.patienceMs)
        void Promise.allSettled(running.keys()).then(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}

function wording(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
