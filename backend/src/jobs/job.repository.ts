import { randomUUID } from 'node:crypto'
import type { UpdateQuery } from 'mongoose'
import type { Clock } from '../lib/clock.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { DISPATCHED, type JobModel, type JobRecord } from '../models/job.model.ts'

export interface NewJob {
  kind: string
  payload: unknown
  id?: string | undefined
  at?: Date | undefined
}

/** Sorts before every date of a job and after null. */
const NEVER = new Date(0)
const DEAD_SHOWN = 100

const waiting = (dueAt: Date) => ({ state: 'waiting' as const, lease: null, dueAt })

/** The rows of jobs. */
export interface JobRepository {
  /** Stores a job, unless it exists. */
  add(job: NewJob): Promise<void>
  /** Stores a job that the caller sends to the broker. Returns its `_id`. */
  addDispatched(job: NewJob): Promise<string>
  /** Stores a job and claims it. Returns null when another process has it, which then runs it once more afterwards. */
  begin(job: NewJob & { id: string }): Promise<JobRecord | null>
  /** Claims the next job that is due, until its lease expires. */
  claim(kinds: string[]): Promise<JobRecord | null>
  /** Marks the next job that is due as dispatched. The caller sends it to the broker. */
  dispatch(kinds: string[]): Promise<JobRecord | null>
  /** Claims a job of a broker message. Returns null when the message was repeated, or another process has the job. */
  claimDispatched(_id: string): Promise<JobRecord | null>
  /** Takes back a job that the broker did not take. */
  recall(_id: string): Promise<void>
  /** Renews a lease. Returns false when the caller has lost it. */
  renew(row: JobRecord): Promise<boolean>
  done(row: JobRecord): Promise<void>
  doneUntil(row: JobRecord, dueAt: Date): Promise<void>
  retry(row: JobRecord, dueAt: Date, error: string): Promise<void>
  deadLetter(row: JobRecord, error: string): Promise<void>
  /** Gives a job back as if it had not been begun. */
  giveBack(row: JobRecord): Promise<void>
  /** Frees all running jobs. For a storage without other processes: the process that had them has ended. */
  freeAll(): Promise<void>
  /** Returns when the next job of these kinds is due; null when there is none. */
  nextDue(kinds: string[]): Promise<Date | null>
  /** Lists the newest dead jobs. */
  dead(): Promise<JobRecord[]>
  requeue(ids?: string[]): Promise<number>
  count(kind: string, states: JobRecord['state'][]): Promise<number>
}

/**
 * Makes the repository. Each step is one conditional update of one row, so that only one of many nodes does it. Times
 * are compared with the clock of this node, so the clocks of the nodes must differ by less than a lease.
 */
export function createJobRepository(
  Job: JobModel,
  { clock, leaseMs, dispatchedMs }: { clock: Clock; leaseMs: number; dispatchedMs: number },
): JobRepository {
  const later = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds)
  const due = (kinds: string[]) => ({ kind: { $in: kinds }, dueAt: { $gt: NEVER, $lte: clock.now() } })
  const leased = () => ({ state: 'running' as const, lease: randomUUID(), dueAt: later(leaseMs) })

  const fresh = ({ kind, payload }: NewJob) => ({
    kind,
    payload,
    tries: 0,
    lease: null,
    error: null,
    addedAt: clock.now(),
  })

  /** Ends a try. A job that was added again meanwhile starts anew instead. */
  async function end({ _id, lease }: JobRecord, otherwise: UpdateQuery<JobRecord> | null): Promise<void> {
    const unasked = { _id, lease, againAt: null }
    if (
      otherwise
        ? (await Job.updateOne(unasked, otherwise)).matchedCount > 0
        : (await Job.deleteOne(unasked)).deletedCount > 0
    )
      return
    const before = await Job.findOneAndUpdate({ _id, lease }, { $unset: { againAt: 1 } }).lean()
    await Job.updateOne({ _id, lease }, { $set: { ...waiting(before?.againAt ?? clock.now()), tries: 0 } })
  }

  return {
    async add(job) {
      const dueAt = job.at ?? clock.now()
      if (job.id === undefined) {
        await Job.create({ ...fresh(job), _id: `${job.kind}:${randomUUID()}`, ...waiting(dueAt) })
        return
      }
      const _id = `${job.kind}:${job.id}`
      for (;;) {
        try {
          await Job.updateOne(
            { _id, state: 'waiting' },
            { $min: { dueAt }, $setOnInsert: fresh(job) },
            { upsert: true },
          )
          return
        } catch (error) {
          if (duplicateKeyAt(error) === null) throw error
        }
        // The row exists in another state, or did a moment ago.
        if (await Job.exists({ _id, state: DISPATCHED })) return
        if ((await Job.updateOne({ _id, state: 'running' }, { $min: { againAt: dueAt } })).matchedCount > 0) return
        if (
          (await Job.updateOne({ _id, state: 'dead' }, { $set: { ...fresh(job), ...waiting(dueAt) } })).matchedCount > 0
        )
          return
      }
    },

    async addDispatched(job): Promise<string> {
      const _id = `${job.kind}:${randomUUID()}`
      await Job.create({ ...fresh(job), _id, state: DISPATCHED, dueAt: later(dispatchedMs) })
      return _id
    },

    async begin({ id, kind, payload }) {
      const _id = `${kind}:${id}`
      for (;;) {
        const mine = { ...leased(), tries: 1 }
        try {
          const first = { kind, payload, error: null, addedAt: clock.now() }
          return await Job.findOneAndUpdate(
            { _id, state: { $in: ['waiting', DISPATCHED] } },
            { $set: mine, $setOnInsert: first },
            { upsert: true, returnDocument: 'after' },
          ).lean()
        } catch (error) {
          if (duplicateKeyAt(error) === null) throw error
        }
        if ((await Job.updateOne({ _id, state: 'running' }, { $min: { againAt: clock.now() } })).matchedCount > 0)
          return null
        const revived = await Job.findOneAndUpdate(
          { _id, state: 'dead' },
          { $set: { ...mine, payload, error: null } },
          { returnDocument: 'after' },
        ).lean()
        if (revived) return revived
      }
    },

    claim: (kinds) =>
      Job.findOneAndUpdate(
        due(kinds),
        { $set: leased(), $inc: { tries: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      ).lean(),

    dispatch: (kinds) =>
      Job.findOneAndUpdate(
        due(kinds),
        { $set: { state: DISPATCHED, lease: null, dueAt: later(dispatchedMs) } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      ).lean(),

    claimDispatched: (_id) =>
      Job.findOneAndUpdate(
        { _id, state: DISPATCHED },
        { $set: leased(), $inc: { tries: 1 } },
        { returnDocument: 'after' },
      ).lean(),

    async recall(_id) {
      await Job.updateOne({ _id, state: DISPATCHED }, { $set: waiting(clock.now()) })
    },

    async renew({ _id, lease }) {
      return (await Job.updateOne({ _id, lease }, { $set: { dueAt: later(leaseMs) } })).matchedCount > 0
    },

    done: (row) => end(row, null),
    doneUntil: (row, dueAt) => end(row, { $set: { ...waiting(dueAt), tries: 0, error: null } }),
    retry: (row, dueAt, error) => end(row, { $set: { ...waiting(dueAt), error } }),
    deadLetter: (row, error) => end(row, { $set: { state: 'dead', lease: null, dueAt: null, error } }),

    async giveBack({ _id, lease, tries }) {
      await Job.updateOne({ _id, lease }, { $set: { ...waiting(clock.now()), tries: tries - 1 } })
    },

    async freeAll() {
      await Job.updateMany({ state: 'running' }, { $set: waiting(clock.now()) })
    },

    async nextDue(kinds) {
      const next = await Job.findOne({ kind: { $in: kinds }, dueAt: { $gt: NEVER } }, { dueAt: 1 })
        .sort({ dueAt: 1 })
        .lean()
      return next?.dueAt ?? null
    },

    dead: () => Job.find({ state: 'dead' }).sort({ addedAt: -1 }).limit(DEAD_SHOWN).lean(),

    async requeue(ids) {
      const { modifiedCount } = await Job.updateMany(
        { state: 'dead', ...(ids && { _id: { $in: ids } }) },
        { $set: { ...waiting(clock.now()), tries: 0 } },
      )
      return modifiedCount
    },

    count: (kind, states) => Job.countDocuments({ kind, state: { $in: states } }),
  }
}
