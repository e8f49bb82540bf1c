import type { Clock } from '../lib/clock.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import type { JobModel } from '../models/job.model.ts'
import { createJobs } from './job.service.ts'
import type { RabbitPlace } from './rabbit.broker.ts'

interface Deps {
  Job: JobModel
  isAlone: boolean
  /** Undefined: jobs are in the database only. */
  rabbit: RabbitPlace | undefined
  clock: Clock
  logger: Logger
}

/** Background work, in the database, or by way of RabbitMQ, whose library is loaded only then. */
export async function openJobs({ rabbit, ...deps }: Deps): Promise<Jobs> {
  if (!rabbit) return createJobs(deps)
  const { rabbitCarrier } = await import('./rabbit.broker.ts')
  return createJobs({ ...deps, carrier: rabbitCarrier(rabbit, deps.logger) })
}
