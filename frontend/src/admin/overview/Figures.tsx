import { plural, t } from '@lingui/core/macro'
import type { ServerSample, ServerStats } from 'backend/contract'
import { count } from '../../lib/format.ts'
import { bytes, milliseconds } from './measure.format.ts'

/** Shows the server's figures of this moment. */
export function Figures({ stats: { now, people } }: { stats: ServerStats }) {
  const { connections } = now
  const figures = [
    {
      label: t`Online now`,
      value: count(now.peopleOnline),
      note: t`of ${plural(people, { one: '# person', other: '# people' })}, ${plural(connections, { one: '# connection', other: '# connections' })}`,
    },
    { label: t`Messages`, value: count(now.messagesPerMinute), note: t`in the last minute` },
    delivery(now),
    { label: t`Memory`, value: bytes(now.memoryBytes), note: t`of the server process` },
    {
      label: t`Storage`,
      value: now.storageBytes === null ? '–' : bytes(now.storageBytes),
      note: now.storageBytes === null ? t`another server has it` : t`of the database`,
    },
    {
      label: t`Waiting`,
      value: now.queueDepth === null ? '–' : count(now.queueDepth),
      note:
        now.queueDepth === null
          ? t`another server has the queue`
          : plural(now.queueDepth, { one: 'command for the storage', other: 'commands for the storage' }),
    },
  ]
  return (
    <dl className="grid shrink-0 grid-cols-3 gap-px overflow-hidden rounded-xl bg-line ring-1 ring-line max-md:grid-cols-2">
      {figures.map(({ label, value, note }) => (
        <div key={label} className="min-h-[98px] bg-base-100 px-5 py-4 max-md:px-4 max-md:py-3">
          <dt className="text-cap text-muted">{label}</dt>
          <dd>
            <span className="block text-page font-[650] tracking-[-0.015em] tabular-nums">
              <bdi>{value}</bdi>
            </span>
            <span className="block text-cap text-muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function delivery({ deliveryP50, deliveryP99 }: ServerSample) {
  const label = t`Delivery, median`
  if (deliveryP50 === null) return { label, value: '–', note: t`no message in the last minute` }
  const most = milliseconds(deliveryP99 ?? deliveryP50)
  return { label, value: milliseconds(deliveryP50), note: t`99% within ${most}` }
}
