import { afterAll, beforeAll, describe } from 'vitest'
import { jobsContract } from './jobsContract.ts'
import { RABBITMQ_SERVER, startRabbit, type RabbitServer } from './rabbitServer.ts'

const mongoUri = process.env['MONGO_DB_URI']

describe('in the embedded storage', () => {
  jobsContract(null, () => null)
})

describe.skipIf(mongoUri === undefined)('in MongoDB (MONGO_DB_URI)', () => {
  jobsContract(mongoUri ?? null, () => null)
})

describe.skipIf(RABBITMQ_SERVER === undefined)('by way of RabbitMQ (RABBITMQ_SERVER)', () => {
  let rabbit: RabbitServer
  beforeAll(async () => (rabbit = await startRabbit()), 120_000)
  afterAll(() => rabbit.close())
  jobsContract(null, () => rabbit.url)
})
