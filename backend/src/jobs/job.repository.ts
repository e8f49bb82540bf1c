import { randomUUID } from 'node:crypto'
import type { UpdateQuery } from 'mongoose'
import type { Clock } from '../lib/clock.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import type { JobModel, JobRecord } from '../models/job.model.ts'

export interface NewJob {
  kind: string
  payload: unknown
  id?: string | undefined
  at?: Date | undefined
}

export type JobBook = ReturnType<typeof jobBook>

/** Before every date that a job can have, and after null. */
const NEVER = new Date(0)
const DEAD_SHOWN = 100

const waiting = (dueAt: Date) => ({ state: 'waiting' as const, lease: null, dueAt })

/**
 * The rows of jobs. Each step is one conditional update of one row, so that of many nodes one does it; times are compared with this node's
 * clock, so the clocks of nodes must not differ by as much as a lease.
 */
export function jobBook(
  Job: JobModel,
  { clock, leaseMs, handedMs }: { clock: Clock; leaseMs: number; handedMs: number },
) {
  const after = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds)
  const due = (kinds: string[]) => ({ kind: { $in: kinds }, dueAt: { $gt: NEVER, $lte: clock.now() } })
  const leased = () => ({ state: 'running' as const, lease: randomUUID(), dueAt: after(leaseMs) })

  const fresh = ({ kind, payload }: NewJob) => ({
    kind,
    payload,
    tries: 0,
    lease: null,
    error: null,
    addedAt: clock.now(),
  })

  /** Ends a try. Where somebody has added the job again meanwhile it begins anew, whatever was to become of it. */
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
    /** Keeps a job, or finds that it is there. */
    async add(job: NewJob): Promise<void> {
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
        // It is there in another state, or was a moment ago.
        if (await Job.exists({ _id, state: 'handed' })) return
        if ((await Job.updateOne({ _id, state: 'running' }, { $min: { againAt: dueAt } })).matchedCount > 0) return
        if (
          (await Job.updateOne({ _id, state: 'dead' }, { $set: { ...fresh(job), ...waiting(dueAt) } })).matchedCount > 0
        )
          return
      }
    },

    /** Keeps a job about which the caller tells the broker. Returns its `_id`. */
    async addHanded(job: NewJob): Promise<string> {
      const _id = `${job.kind}:${randomUUID()}`
      await Job.create({ ...fresh(job), _id, state: 'handed', dueAt: after(handedMs) })
      return _id
    },

    /** As `add`, and has it at once. Null: somebody else has it, and does it once more afterwards. */
    async begin({ id, kind, payload }: NewJob & { id: string }): Promise<JobRecord | null> {
      const _id = `${kind}:${id}`
      for (;;) {
        const mine = { ...leased(), tries: 1 }
        try {
          const first = { kind, payload, error: null, addedAt: clock.now() }
          return await Job.findOneAndUpdate(
            { _id, state: { $in: ['waiting', 'handed'] } },
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

    /** The next that is due, the caller's until its lease ends. */
    claim: (kinds: string[]): Promise<JobRecord | null> =>
      Job.findOneAndUpdate(
        due(kinds),
        { $set: leased(), $inc: { tries: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      ).lean(),

    /** The next that is due, about which the caller tells the broker. */
    handOver: (kinds: string[]): Promise<JobRecord | null> =>
      Job.findOneAndUpdate(
        due(kinds),
        { $set: { state: 'handed', lease: null, dueAt: after(handedMs) } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      ).lean(),

    /** One that the broker told about. Null: that was told twice, or somebody has it. */
    takeHanded: (_id: string): Promise<JobRecord | null> =>
      Job.findOneAndUpdate(
        { _id, state: 'handed' },
        { $set: leased(), $inc: { tries: 1 } },
        { returnDocument: 'after' },
      ).lean(),

    /** The broker does not know about it. */
    async recall(_id: string): Promise<void> {
      await Job.updateOne({ _id, state: 'handed' }, { $set: waiting(clock.now()) })
    },

    /** False: it is the caller's no more. */
    async renew({ _id, lease }: JobRecord): Promise<boolean> {
      return (await Job.updateOne({ _id, lease }, { $set: { dueAt: after(leaseMs) } })).matchedCount > 0
    },

    done: (row: JobRecord): Promise<void> => end(row, null),
    doneUntil: (row: JobRecord, dueAt: Date): Promise<void> =>
      end(row, { $set: { ...waiting(dueAt), tries: 0, error: null } }),
    retry: (row: JobRecord, dueAt: Date, error: string): Promise<void> =>
      end(row, { $set: { ...waiting(dueAt), error } }),
    bury: (row: JobRecord, error: string): Promise<void> =>
      end(row, { $set: { state: 'dead', lease: null, dueAt: null, error } }),

    /** As if it had not been begun. */
    async giveBack({ _id, lease, tries }: JobRecord): Promise<void> {
      await Job.updateOne({ _id, lease }, { $set: { ...waiting(clock.now()), tries: tries - 1 } })
    },

    /** Of a storage that nobody else uses: whatever somebody has is of a process that has ended. */
    async freeAll(): Promise<void> {
      await Job.updateMany({ state: 'running' }, { $set: waiting(clock.now()) })
    },

    /** When the next of these is due; null when there is none. */
    async nextDue(kinds: string[]): Promise<Date | null> {
      const next = await Job.findOne({ kind: { $in: kinds }, dueAt: { $gt: NEVER } }, { dueAt: 1 })
        .sort({ dueAt: 1 })
        .lean()
      return next?.dueAt ?? null
    },

    dead: (): Promise<JobRecord[]> => Job.find({ state: 'dead' }).sort({ addedAt: -1 }).limit(DEAD_SHOWN).lean(),

    async putBack(ids?: string[]): Promise<number> {
      const { modifiedCount } = await Job.updateMany(
        { state: 'dead', ...(ids && { _id: { $in: ids } }) },
        { $set: { ...waiting(clock.now()), tries: 0 } },
      )
      return modifiedCount
    },

    count: (kind: string, states: JobRecord['state'][]): Promise<number> =>
      Job.countDocuments({ kind, state: { $in: states } }),
  }
}
