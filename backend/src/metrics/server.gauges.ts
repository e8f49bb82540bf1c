import { Counter, Gauge, type Registry } from 'prom-client'
import type { JobStats } from '../lib/jobs.ts'
import type { Figures } from './metrics.sources.ts'
import { storageGauges } from './storage.gauges.ts'

const JOB_STATES = ['waiting', 'running', 'dead'] as const

/** @returns shows what the figures are now */
export function gauges(registry: Registry): (figures: Figures) => Promise<void> {
  const registers = [registry]
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `parley_${name}`, help, labelNames, registers })
  const connections = gauge('connections', 'Connections to this node.')
  const people = gauge('people_online', 'People with a connection, to any node as far as this one knows.')
  const ready = gauge('ready', '1 while this node can serve.')
  const part = gauge('part_up', '1 while a part that the node needs or uses answers.', ['part'])
  const free = gauge('data_disk_free_bytes', 'What DATA_DIR can still take.')
  let storage: ReturnType<typeof storageGauges> | undefined
  let bus: ReturnType<typeof busFigures> | undefined
  let jobs: ReturnType<typeof jobFigures> | undefined

  return async (figures) => {
    const now = figures.connections()
    connections.set(now.connections)
    people.set(now.people)
    const { status, parts } = await figures.health.report()
    ready.set(status === 'ready' || status === 'degraded' ? 1 : 0)
    for (const [name, state] of Object.entries(parts)) part.set({ part: name }, state === 'up' ? 1 : 0)
    free.set(await figures.freeBytes())
    if (figures.storage) (storage ??= storageGauges(registry))(await figures.storage())
    if (figures.bus) (bus ??= busFigures(registry))(figures.bus)
    // What the queue cannot tell now must not hide everything else; its part is down then.
    const stats = await figures.jobs.stats().catch(() => null)
    if (stats) (jobs ??= jobFigures(registry))(stats)
  }
}

function busFigures(registry: Registry): (bus: NonNullable<Figures['bus']>) => void {
  const registers = [registry]
  const connected = new Gauge({ name: 'parley_bus_connected', help: '1 while this node hears the others.', registers })
  const counters = {
    told: new Counter({ name: 'parley_bus_told_total', help: 'What this node told the others.', registers }),
    heard: new Counter({ name: 'parley_bus_heard_total', help: 'What this node heard from others.', registers }),
    gaps: new Counter({
      name: 'parley_bus_gaps_total',
      help: 'How often something may not have been heard; connections are made anew then.',
      registers,
    }),
  }
  return (bus) => {
    connected.set(bus.isConnected() ? 1 : 0)
    const counts = bus.counts()
    for (const name of ['told', 'heard', 'gaps'] as const) become(counters[name], {}, counts[name])
  }
}

function jobFigures(registry: Registry): (stats: JobStats) => void {
  const registers = [registry]
  const held = new Gauge({
    name: 'parley_jobs',
    help: 'Background work that is not done.',
    labelNames: ['kind', 'state'],
    registers,
  })
  const done = new Counter({
    name: 'parley_jobs_done_total',
    help: 'Background work that this node has done.',
    labelNames: ['kind'],
    registers,
  })
  return (stats) => {
    for (const [kind, counts] of Object.entries(stats)) {
      for (const state of JOB_STATES) held.set({ kind, state }, counts[state])
      become(done, { kind }, counts.done)
    }
  }
}

/** What counts by itself is shown, not counted once more. */
function become(counter: Counter, labels: Record<string, string>, value: number): void {
  counter.remove(labels)
  counter.inc(labels, value)
}
