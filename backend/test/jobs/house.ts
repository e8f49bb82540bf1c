import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/database/database.connection.ts'
import type { JobsOptions } from '../../src/jobs/job.service.ts'
import { createJobs } from '../../src/jobs/job.service.ts'
import { createRabbitBroker } from '../../src/jobs/rabbit.broker.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { JobHandler, Jobs, Nothing } from '../../src/lib/jobs.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { jobModel, type JobModel } from '../../src/models/job.model.ts'

export type TestKinds = { note: { text: string }; tick: Nothing }
export type TestJobs = Jobs<TestKinds>

/** The place of the jobs, which can be passed to a process. */
export interface Place {
  dataDir: string
  mongoUri: string | null
  rabbit: { url: string; prefix: string } | null
}

/** Short times, so that a test need not wait. */
export const QUICK: Partial<JobsOptions> = {
  tries: 3,
  firstRetryMs: 60,
  lastRetryMs: 1000,
  leaseMs: 900,
  atOnce: 4,
  patienceMs: 5000,
}

export async function newPlace(mongoUri: string | null, rabbitUrl: string | null): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-jobs-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const name = randomUUID()
  return {
    dataDir,
    mongoUri: mongoUri && ownDatabase(mongoUri, name.slice(0, 8)),
    rabbit: rabbitUrl === null ? null : { url: rabbitUrl, prefix: name },
  }
}

export interface House {
  Job: JobModel
  /** Makes a node that has not started. */
  node(handlers?: { note?: JobHandler<{ text: string }> }, options?: Partial<JobsOptions>): TestJobs
  /** Starts a node, and waits until it reaches its storage and broker. */
  started(node: TestJobs): Promise<TestJobs>
  close(): Promise<void>
}

/** Opens the storage in this process. It is closed with all its nodes when the test ends. */
export async function openHouse({ dataDir, mongoUri, rabbit }: Place): Promise<House> {
  const logger = createLogger(process.env['LOG_LEVEL'] ?? 'silent')
  const database = await openDatabase({ mongoUri: mongoUri ?? undefined, dataDir, logger })
  const Job = jobModel(database.connection)
  await Job.init()
  const nodes: TestJobs[] = []
  let isFirst = true
  let closing: Promise<void> | undefined
  const close = () => (closing ??= Promise.all(nodes.map((node) => node.close())).then(() => database.close()))
  onTestFinished(close)
  return {
    Job,
    node(handlers = {}, options = {}) {
      const broker = rabbit ? createRabbitBroker(rabbit, logger) : undefined
      const node = createJobs<TestKinds>({
        Job,
        isAlone: mongoUri === null && isFirst,
        clock: systemClock,
        logger,
        broker,
        options: { ...QUICK, ...options },
      })
      isFirst = false
      if (handlers.note) node.handle('note', handlers.note)
      nodes.push(node)
      return node
    },
    async started(node) {
      await node.start()
      await expect.poll(() => node.isConnected(), { timeout: 10_000 }).toBe(true)
      return node
    },
    close,
  }
}

function ownDatabase(uri: string, name: string): string {
  const url = new URL(uri)
  url.pathname = `/jobs-${name}`
  return url.href
}
