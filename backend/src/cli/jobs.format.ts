import { z } from 'zod'

const reportSchema = z.object({
  requeued: z.number(),
  stats: z.record(
    z.string(),
    z.object({ waiting: z.number(), queued: z.number(), running: z.number(), dead: z.number() }),
  ),
  dead: z.array(z.object({ id: z.string(), error: z.string(), addedAt: z.coerce.date() })),
})

/** Formats background work for an operator. */
export function jobLines(result: unknown): string {
  const { requeued, stats, dead } = reportSchema.parse(result)
  const kinds = Object.entries(stats).map(
    ([kind, { waiting, queued, running, dead }]) =>
      `  ${kind.padEnd(16)}${waiting} waiting, ${queued} in RabbitMQ, ${running} running here, ${dead} given up`,
  )
  const given = dead.map(({ id, error, addedAt }) => `  ${addedAt.toISOString()}  ${id}  ${error}`)
  const heading = requeued > 0 ? `Queued again: ${requeued}.` : 'Given up:'
  return [...kinds, ...(given.length > 0 ? ['', heading, ...given] : [])].join('\n')
}
