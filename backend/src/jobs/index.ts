import type { Clock } from '../lib/clock.ts'
import type { Jobs } from '../lib/jobs.ts'
import type { Logger } from '../lib/logger.ts'
import type { JobModel } from '../models/job.model.ts'
import { createJobs } from './job.service.ts'
import type { RabbitConfig } from './rabbit.broker.ts'

interface Deps {
  Job: JobModel
  isAlone: boolean
  /** Undefined: jobs are in the database only. */
  rabbit: RabbitConfig | undefined
  clock: Clock
  onClock: (at: Date) => Date
  logger: Logger
}

/**
 * Opens the background jobs: in the database only, or with RabbitMQ as broker. The library of RabbitMQ is loaded only
 * then.
 */
export async function openJobs({ rabbit, ...deps }: Deps): Promise<Jobs> {
  if (!rabbit) return createJobs(deps)
  const { createRabbitBroker } = await import('./rabbit.broker.ts')
  return createJobs({ ...deps, broker: createRabbitBroker(rabbit, deps.logger) })
}
