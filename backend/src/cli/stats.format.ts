import { z } from 'zod'

const statsSchema = z.object({
  version: z.string(),
  startedAt: z.string(),
  people: z.number(),
  openReports: z.number(),
  now: z.object({
    peopleOnline: z.number(),
    connections: z.number(),
    messagesPerMinute: z.number(),
    deliveryP50: z.number().nullable(),
    deliveryP99: z.number().nullable(),
    memoryBytes: z.number(),
    storageBytes: z.number().nullable(),
    queueDepth: z.number().nullable(),
  }),
})

/** Formats `ServerStats` for an operator. Without a running server it shows only what is stored. */
export function statsLines(result: unknown, isRunning: boolean): string {
  const { version, startedAt, people, openReports, now } = statsSchema.parse(result)
  const stored = [
    ['Version', version],
    ['Accounts', people],
    ['Open reports', openReports],
    ...(now.storageBytes === null ? [] : [['Storage', megabytes(now.storageBytes)]]),
  ]
  const live = [
    ['Running since', startedAt],
    ['Online', `${now.peopleOnline} people, ${now.connections} connections`],
    ['Messages a minute', now.messagesPerMinute],
    [
      'Delivery',
      now.deliveryP50 === null
        ? 'none in the last minute'
        : `p50 ${milliseconds(now.deliveryP50)}, p99 ${milliseconds(now.deliveryP99)}`,
    ],
    ['Memory', megabytes(now.memoryBytes)],
    ...(now.queueDepth === null ? [] : [['Waiting for storage', now.queueDepth]]),
  ]
  const rows = isRunning
    ? [...stored, ...live]
    : [['Server', 'is not asked: no server runs here, or the data is in MongoDB'], ...stored]
  return rows.map(([name, value]) => `${`${name}:`.padEnd(22)}${value}`).join('\n')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function milliseconds(value: number | null): string {
  return value === null ? 'unknown' : `${value.toFixed(1)} ms`
}
