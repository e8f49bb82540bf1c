import { RABBITMQ_SERVER, startRabbit } from '../jobs/rabbitServer.ts'
import { ARE_TWO } from './nginx.ts'

/** Starts one RabbitMQ for the whole run where the server of each test is two nodes. Runs once before all tests. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!ARE_TWO || RABBITMQ_SERVER === undefined) return undefined
  const rabbit = await startRabbit()
  process.env['AMQP_URL'] = rabbit.url
  return rabbit.close
}
