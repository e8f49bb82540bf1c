import { RABBITMQ_SERVER, startRabbit } from '../jobs/rabbitServer.ts'
import { ARE_TWO } from './nginx.ts'

/** Where every test's server is two nodes, they have a queue too, one for the whole run, if there is a RabbitMQ. Vitest calls it once, before all tests. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!ARE_TWO || RABBITMQ_SERVER === undefined) return undefined
  const rabbit = await startRabbit()
  process.env['AMQP_URL'] = rabbit.url
  return rabbit.close
}
