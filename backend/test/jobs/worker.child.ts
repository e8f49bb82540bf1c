import { openDatabase } from '../../src/database/database.connection.ts'
import { createJobs } from '../../src/jobs/job.service.ts'
import { createRabbitBroker } from '../../src/jobs/rabbit.broker.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { jobModel } from '../../src/models/job.model.ts'
import { QUICK, type Place, type TestKinds } from './house.ts'

/*
 * A node in its own process, which a test kills. It adds a job that never ends, and prints "begun". Its argument is the
 * place, as JSON.
 */
const { dataDir, mongoUri, rabbit } = JSON.parse(process.argv[2] ?? '') as Place
const logger = createLogger('silent')
const { connection } = await openDatabase({ mongoUri: mongoUri ?? undefined, dataDir, logger })
const broker = rabbit ? createRabbitBroker(rabbit, logger) : undefined
const jobs = createJobs<TestKinds>({
  Job: jobModel(connection),
  isAlone: mongoUri === null,
  clock: systemClock,
  logger,
  broker,
  options: QUICK,
})
jobs.handle('note', () => {
  process.stdout.write('begun\n')
  return new Promise(() => {})
})
await jobs.start()
while (!jobs.isConnected()) await new Promise((resolve) => setImmediate(resolve))
await jobs.add('note', { text: 'survives' }, process.argv[3] === undefined ? {} : { id: process.argv[3] })
