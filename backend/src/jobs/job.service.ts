import type { Clock } from '../lib/clock.ts'
import type { AddOptions, JobHandler, JobKinds, Jobs, JobStats, RepeatOptions } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import { DISPATCHED, type JobModel, type JobRecord } from '../models/job.model.ts'
import { createJobRepository } from './job.repository.ts'
import type { Broker } from './job.broker.ts'
import { createJobRunner, type Kind, type RunnerOptions } from './job.runner.ts'

/** Longest time between two polls: another node may have added a job and ended before it was done. */
const POLL_MAX_MS = 30_000
/** Shortest time between two polls, also when the clocks of the nodes differ. */
const POLL_MIN_MS = 10

export interface JobsDeps {
  Job: JobModel
  /** Whether no other process uses this storage. Then every lease at the start is that of a process that has ended. */
  isAlone: boolean
  /** Leases, retries and repeats are lengths of time, so this clock must not go back. */
  clock: Clock
  /** Converts a time of the server's clock to one of `clock`. Undefined: they are the same. */
  onClock?: ((at: Date) => Date) | undefined
  logger: Logger
  /** Undefined: the nodes find the jobs in the database. */
  broker?: Broker | undefined
  options?: Partial<JobsOptions>
}

export interface JobsOptions extends RunnerOptions {
  /** Jobs of each kind that run at once on one node. */
  atOnce: number
  /** A dispatched job that has not begun after this time is dispatched again. */
  dispatchedMs: number
}

const DEFAULTS: JobsOptions = {
  // With the delays below, half an hour in total.
  tries: 12,
  firstRetryMs: 1000,
  lastRetryMs: 15 * 60_000,
  leaseMs: 20_000,
  patienceMs: 5000,
  atOnce: 4,
  dispatchedMs: 2 * 60_000,
}

/**
 * Makes the jobs in the database. With a broker each due job is dispatched to it, and it distributes the jobs to the
 * nodes. While the broker cannot be reached, the nodes poll the database.
 */
export function createJobs<Kinds = JobKinds>({
  Job,
  isAlone,
  clock,
  onClock = (at) => at,
  logger,
  broker,
  options: given,
}: JobsDeps): Jobs<Kinds> & { settled(): Promise<void> } {
  const options = { ...DEFAULTS, ...given }
  const repository = createJobRepository(Job, { clock, ...options })
  const kinds = new Map<string, Kind>()
  const atStart: string[] = []
  const runner = createJobRunner({ kinds, repository, clock, logger, options })
  let phase: 'new' | 'started' | 'closed' = 'new'
  let cancelPoll: (() => void) | undefined
  let polling: Promise<void> = Promise.resolve()
  let isPollDue = false

  /** Begins all jobs that are due now, then waits for the next one. Only one poll runs at a time. */
  function poll(): Promise<void> {
    if (phase !== 'started' || isPollDue) return polling
    cancelPoll?.()
    isPollDue = true
    polling = polling.then(async () => {
      isPollDue = false
      await beginDueJobs().catch((error: unknown) => logger.warn({ err: error }, 'the due jobs could not be read'))
      await waitForNext()
    })
    return polling
  }

  async function beginDueJobs(): Promise<void> {
    let isMore = true
    while (isMore) isMore = phase === 'started' && ((await beginNext()) || (await dispatchNext()))
  }

  async function beginNext(): Promise<boolean> {
    const own = ownKinds()
    const row = own.length > 0 ? await repository.claim(own) : null
    if (row) begin(row)
    return row !== null
  }

  async function dispatchNext(): Promise<boolean> {
    const brokered = brokeredKinds()
    const row = brokered.length > 0 ? await repository.dispatch(brokered) : null
    if (!row) return false
    await send(row.kind, row._id)
    return true
  }

  async function send(kind: string, row: string): Promise<void> {
    try {
      await broker?.send(kind, row)
    } catch (error) {
      logger.warn({ err: error, job: row }, 'a job could not be sent to the broker')
      // A broker that is connected and slow may have the message all the same. Otherwise the job is dispatched again
      // later.
      if (broker?.isConnected()) return
      await repository.recall(row)
      void poll()
    }
  }

  function begin(row: JobRecord): void {
    void runner.run(row).then(poll)
  }

  /**
   * Returns the kinds that this node claims itself and has room for. Repeated jobs never go through the broker: they
   * can take long, and there is one of each kind.
   */
  function ownKinds(): string[] {
    const hasBroker = broker?.isConnected() ?? false
    return [...kinds].flatMap(([kind, { everyMs }]) =>
      (everyMs !== null || !hasBroker) && runner.countsOf(kind).running < options.atOnce ? [kind] : [],
    )
  }

  function brokeredKinds(): string[] {
    return broker?.isConnected() ? dispatchableKinds() : []
  }

  function dispatchableKinds(): string[] {
    return [...kinds].flatMap(([kind, { everyMs }]) => (everyMs === null ? [kind] : []))
  }

  async function waitForNext(): Promise<void> {
    const next = await repository.nextDue([...ownKinds(), ...brokeredKinds()]).catch(() => null)
    if (phase !== 'started' || isPollDue) return
    const wait = next ? next.getTime() - clock.now().getTime() : POLL_MAX_MS
    cancelPoll = clock.after(Math.min(Math.max(wait, POLL_MIN_MS), POLL_MAX_MS), async () => {
      void poll()
      await settled()
    })
  }

  /** Resolves when no job is left that is due now. For tests that advance the clock. */
  async function settled(): Promise<void> {
    let last: Promise<void> | undefined
    while (last !== polling || runner.isBusy()) {
      last = polling
      await runner.idle()
      await last
    }
  }

  async function consume(id: string): Promise<void> {
    if (phase !== 'started') throw new Error('This node is closed: the job is for another node')
    const row = await repository.claimDispatched(id)
    if (!row) return
    await runner.run(row)
    // The job may be due for another try.
    void poll()
  }

  function setHandler(kind: string, handler: JobHandler<never>, everyMs: number | null): void {
    if (phase !== 'new') throw new Error('Set the handlers before the start')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of `add` and `perform` pair the kind with its payload
    const work = handler as JobHandler<unknown>
    kinds.set(kind, {
      async handler(payload, signal) {
        const again = await work(payload, signal)
        return again && onClock(again)
      },
      everyMs,
    })
  }

  async function add(kind: string, payload: unknown, { id, at: serverTime }: AddOptions = {}): Promise<void> {
    const at = serverTime && onClock(serverTime)
    const isDue = at === undefined || at <= clock.now()
    // The common case: dispatched at once, without a poll.
    if (id === undefined && isDue && broker?.isConnected())
      await send(kind, await repository.addDispatched({ kind, payload }))
    else {
      await repository.add({ kind, payload, id, at })
      void poll()
    }
  }

  async function statsOf(kind: string): Promise<JobStats[string]> {
    const [waiting, dead, queued] = await Promise.all([
      repository.count(kind, ['waiting', DISPATCHED]),
      repository.count(kind, ['dead']),
      broker?.queued(kind) ?? 0,
    ])
    return { waiting, queued, dead, ...runner.countsOf(kind) }
  }

  return {
    handle: (kind, handler) => setHandler(kind, handler, null),

    repeat(kind: string, { everyMs, atStart: isDueAtStart }: RepeatOptions, handler: JobHandler<never>) {
      setHandler(kind, handler, everyMs)
      if (isDueAtStart) atStart.push(kind)
    },

    add,

    async perform(kind: string, payload: unknown, id: string) {
      const row = await repository.begin({ kind, payload, id })
      return row ? runner.run(row).finally(() => void poll()) : false
    },

    async start() {
      if (isAlone) await repository.freeAll()
      for (const [kind, { everyMs }] of kinds) {
        if (everyMs === null) continue
        const at = atStart.includes(kind) ? clock.now() : new Date(clock.now().getTime() + everyMs)
        await repository.add({ kind, payload: {}, id: kind, at })
      }
      phase = 'started'
      await broker?.start({ kinds: dispatchableKinds(), atOnce: options.atOnce, consume })
      void poll()
    },

    async close() {
      phase = 'closed'
      cancelPoll?.()
      await broker?.pause()
      await polling
      await runner.close()
      await broker?.close()
    },

    async dead() {
      return (await repository.dead()).map(({ _id, kind, payload, error, addedAt }) => ({
        id: _id,
        kind,
        payload,
        error: error ?? '',
        addedAt,
      }))
    },

    async requeue(ids) {
      const count = await repository.requeue(ids)
      void poll()
      return count
    },

    async stats() {
      return Object.fromEntries(await Promise.all([...kinds.keys()].map(async (kind) => [kind, await statsOf(kind)])))
    },

    isConnected: () => broker?.isConnected() ?? true,
    settled,
  }
}
