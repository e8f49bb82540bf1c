import type { ServerStats } from 'backend/contract'
import { count } from '../../lib/format.ts'
import { bytes, milliseconds } from './measure.format.ts'

/** The figures of this moment. */
export function Figures({ stats: { now, people } }: { stats: ServerStats }) {
  const figures = [
    {
      label: 'Online now',
      value: count(now.peopleOnline),
      note: `of ${people === 1 ? '1 person' : `${count(people)} people`}, ${count(now.connections)} ${now.connections === 1 ? 'connection' : 'connections'}`,
    },
    { label: 'Messages', value: count(now.messagesPerMinute), note: 'in the last minute' },
    now.deliveryP50 === null
      ? { label: 'Delivery, median', value: '–', note: 'no message in the last minute' }
      : {
          label: 'Delivery, median',
          value: milliseconds(now.deliveryP50),
          note: `99% within ${milliseconds(now.deliveryP99 ?? now.deliveryP50)}`,
        },
    { label: 'Memory', value: bytes(now.memoryBytes), note: 'of the server process' },
    {
      label: 'Storage',
      value: now.storageBytes === null ? '–' : bytes(now.storageBytes),
      note: now.storageBytes === null ? 'another server has it' : 'of the database',
    },
    {
      label: 'Waiting',
      value: now.queueDepth === null ? '–' : count(now.queueDepth),
      note:
        now.queueDepth === null
          ? 'another server has the queue'
          : `${now.queueDepth === 1 ? 'command' : 'commands'} for the storage`,
    },
  ]
  return (
    <dl className="figures">
      {figures.map(({ label, value, note }) => (
        <div key={label} className="figure">
          <dt className="text-cap text-muted">{label}</dt>
          <dd>
            <span className="block text-page font-[650] tracking-[-0.015em] tabular-nums">{value}</span>
            <span className="block text-cap text-muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
