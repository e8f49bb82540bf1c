import type { Clock } from '../lib/clock.ts'
import type { AddOptions, JobHandler, JobKinds, Jobs, JobStats, RepeatOptions } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import type { JobModel } from '../models/job.model.ts'
import { jobBook } from './job.repository.ts'
import type { Carrier } from './job.broker.ts'
import { createRunner, type Effort, type Kind } from './job.runner.ts'

/** Another node may have added something, and ended before it was done. */
const LOOK_MS = 30_000
/** Between two looks, whatever the clocks of nodes say. */
const PAUSE_MS = 10

export interface JobsDeps {
  Job: JobModel
  /** No other process uses this storage: whatever holds a lease is of one that has ended. */
  isAlone: boolean
  clock: Clock
  logger: Logger
  /** Absent: nodes find jobs in the database. */
  carrier?: Carrier | undefined
  effort?: Partial<JobsEffort>
}

export interface JobsEffort extends Effort {
  /** At once, of each kind, on one node. */
  atOnce: number
  /** After so long the broker is told again about a job that nobody has begun. */
  handedMs: number
}

const EFFORT: JobsEffort = {
  // Half an hour together.
  tries: 12,
  firstRetryMs: 1000,
  lastRetryMs: 15 * 60_000,
  leaseMs: 20_000,
  patienceMs: 5000,
  atOnce: 4,
  handedMs: 2 * 60_000,
}

/**
 * Jobs in the database. With a carrier the broker is told about each that is due, and deals them out to the nodes; where it cannot be reached,
 * nodes look for them themselves.
 */
export function createJobs<Kinds = JobKinds>({
  Job,
  isAlone,
  clock,
  logger,
  carrier,
  effort: given,
}: JobsDeps): Jobs<Kinds> & { settled(): Promise<void> } {
  const effort = { ...EFFORT, ...given }
  const book = jobBook(Job, { clock, ...effort })
  const kinds = new Map<string, Kind>()
  const atStart: string[] = []
  const runner = createRunner({ kinds, book, clock, logger, effort })
  let phase: 'new' | 'started' | 'closed' = 'new'
  let callOff: (() => void) | undefined
  let looking: Promise<void> = Promise.resolve()
  let isLookDue = false

  /** Looks at all that is due now, then waits for the next. One look at a time. */
  function wake(): Promise<void> {
    if (phase !== 'started' || isLookDue) return looking
    callOff?.()
    isLookDue = true
    looking = looking.then(async () => {
      isLookDue = false
      await workOff().catch((error: unknown) => logger.warn({ err: error }, 'jobs could not be looked for'))
      await rest()
    })
    return looking
  }

  async function workOff(): Promise<void> {
    let isMore = true
    while (isMore) isMore = phase === 'started' && ((await beginNext()) || (await handOverNext()))
  }

  async function beginNext(): Promise<boolean> {
    const own = ownKinds()
    const row = own.length > 0 ? await book.claim(own) : null
    if (row) begin(row)
    return row !== null
  }

  async function handOverNext(): Promise<boolean> {
    const carried = carriedKinds()
    const row = carried.length > 0 ? await book.handOver(carried) : null
    if (!row) return false
    await tell(row.kind, row._id)
    return true
  }

  async function tell(kind: string, row: string): Promise<void> {
    try {
      await carrier?.send(kind, row)
    } catch (error) {
      logger.warn({ err: error, job: row }, 'RabbitMQ could not be told about a job')
      // Where it is there and only slow it may know it all the same, or is told again.
      if (carrier?.isConnected()) return
      await book.recall(row)
      void wake()
    }
  }

  function begin(row: Parameters<typeof runner.run>[0]): void {
    void runner.run(row).then(wake)
  }

  /** What this node does itself, and has room for. What is repeated does not go through the broker: it may take long, and there is one of each. */
  function ownKinds(): string[] {
    const isCarried = carrier?.isConnected() ?? false
    return [...kinds].flatMap(([kind, { everyMs }]) =>
      (everyMs !== null || !isCarried) && runner.countsOf(kind).running < effort.atOnce ? [kind] : [],
    )
  }

  function carriedKinds(): string[] {
    return carrier?.isConnected() ? carriable() : []
  }

  function carriable(): string[] {
    return [...kinds].flatMap(([kind, { everyMs }]) => (everyMs === null ? [kind] : []))
  }

  async function rest(): Promise<void> {
    const next = await book.nextDue([...ownKinds(), ...carriedKinds()]).catch(() => null)
    if (phase !== 'started' || isLookDue) return
    const wait = next ? next.getTime() - clock.now().getTime() : LOOK_MS
    callOff = clock.after(Math.min(Math.max(wait, PAUSE_MS), LOOK_MS), async () => {
      void wake()
      await settled()
    })
  }

  /** When nothing is left to be done now; for clocks that tests turn. */
  async function settled(): Promise<void> {
    let last: Promise<void> | undefined
    while (last !== looking || runner.isBusy()) {
      last = looking
      await runner.idle()
      await last
    }
  }

  async function take(id: string): Promise<void> {
    if (phase !== 'started') throw new Error('It is for another node')
    const row = await book.takeHanded(id)
    if (!row) return
    await runner.run(row)
    // It may have to be tried again.
    void wake()
  }

  function handle(kind: string, handler: JobHandler<never>, everyMs: number | null): void {
    if (phase !== 'new') throw new Error('Who does what is said before the start')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `add` and `perform` see to it that the payload is of this kind
    kinds.set(kind, { handler: handler as JobHandler<unknown>, everyMs })
  }

  async function add(kind: string, payload: unknown, { id, at }: AddOptions = {}): Promise<void> {
    const isDue = at === undefined || at <= clock.now()
    // The way of the many: all at once, and no look for what is due.
    if (id === undefined && isDue && carrier?.isConnected()) await tell(kind, await book.addHanded({ kind, payload }))
    else {
      await book.add({ kind, payload, id, at })
      void wake()
    }
  }

  async function statsOf(kind: string): Promise<JobStats[string]> {
    const [waiting, dead, queued] = await Promise.all([
      book.count(kind, ['waiting', 'handed']),
      book.count(kind, ['dead']),
      carrier?.queued(kind) ?? 0,
    ])
    return { waiting, queued, dead, ...runner.countsOf(kind) }
  }

  return {
    handle: (kind, handler) => handle(kind, handler, null),

    repeat(kind: string, { everyMs, atStart: isDueAtStart }: RepeatOptions, handler: JobHandler<never>) {
      handle(kind, handler, everyMs)
      if (isDueAtStart) atStart.push(kind)
    },

    add,

    async perform(kind: string, payload: unknown, id: string) {
      const row = await book.begin({ kind, payload, id })
      return row ? runner.run(row).finally(() => void wake()) : false
    },

    async start() {
      if (isAlone) await book.freeAll()
      for (const [kind, { everyMs }] of kinds) {
        if (everyMs === null) continue
        const at = atStart.includes(kind) ? clock.now() : new Date(clock.now().getTime() + everyMs)
        await book.add({ kind, payload: {}, id: kind, at })
      }
      phase = 'started'
      await carrier?.start({ kinds: carriable(), atOnce: effort.atOnce, take })
      void wake()
    },

    async close() {
      phase = 'closed'
      callOff?.()
      await carrier?.pause()
      await looking
      await runner.close()
      await carrier?.close()
    },

    async dead() {
      return (await book.dead()).map(({ _id, kind, payload, error, addedAt }) => ({
        id: _id,
        kind,
        payload,
        error: error ?? '',
        addedAt,
      }))
    },

    async putBack(ids) {
      const count = await book.putBack(ids)
      void wake()
      return count
    },

    async stats() {
      return Object.fromEntries(await Promise.all([...kinds.keys()].map(async (kind) => [kind, await statsOf(kind)])))
    },

    isConnected: () => carrier?.isConnected() ?? true,
    settled,
  }
}
