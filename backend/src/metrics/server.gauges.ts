import { Counter, Gauge, type Registry } from 'prom-client'
import type { StorageMetrics } from '../database/database.metrics.ts'
import type { JobStats } from '../lib/jobs.ts'
import type { MetricsSources } from './metrics.sources.ts'
import { createStorageGauges } from './storage.gauges.ts'

const JOB_STATES = ['waiting', 'running', 'dead'] as const

/** Registers the gauges of the server. Returns a function that sets them from their sources. */
export function createServerGauges(registry: Registry): (sources: MetricsSources) => Promise<void> {
  const registers = [registry]
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `parley_${name}`, help, labelNames, registers })
  const connections = gauge('connections', 'Connections to this node.')
  const users = gauge('people_online', 'Users with a connection to any node that this node knows of.')
  const ready = gauge('ready', '1 while this node can serve.')
  const part = gauge('part_up', '1 while a part that the node needs or uses answers.', ['part'])
  const free = gauge('data_disk_free_bytes', 'Free bytes of the disk that holds DATA_DIR.')
  let setStorage: ((metrics: StorageMetrics) => void) | undefined
  let setBus: ((bus: NonNullable<MetricsSources['bus']>) => void) | undefined
  let setJobs: ((stats: JobStats) => void) | undefined

  return async (sources) => {
    const now = sources.connections()
    connections.set(now.connections)
    users.set(now.users)
    const { status, parts } = await sources.health.report()
    ready.set(status === 'ready' || status === 'degraded' ? 1 : 0)
    for (const [name, state] of Object.entries(parts)) part.set({ part: name }, state === 'up' ? 1 : 0)
    free.set(await sources.freeBytes())
    if (sources.storage) (setStorage ??= createStorageGauges(registry))(await sources.storage())
    if (sources.bus) (setBus ??= createBusGauges(registry))(sources.bus)
    // A queue that does not answer must not hide the other metrics; its part shows as down.
    const stats = await sources.jobs.stats().catch(() => null)
    if (stats) (setJobs ??= createJobGauges(registry))(stats)
  }
}

function createBusGauges(registry: Registry): (bus: NonNullable<MetricsSources['bus']>) => void {
  const registers = [registry]
  const connected = new Gauge({
    name: 'parley_bus_connected',
    help: '1 while this node receives the messages of the other nodes.',
    registers,
  })
  const counters = {
    published: new Counter({
      name: 'parley_bus_told_total',
      help: 'Messages that this node published to the other nodes.',
      registers,
    }),
    received: new Counter({
      name: 'parley_bus_heard_total',
      help: 'Messages that this node received from the other nodes.',
      registers,
    }),
    gaps: new Counter({
      name: 'parley_bus_gaps_total',
      help: 'How often messages may be missing; the connections of the node are renewed then.',
      registers,
    }),
  }
  return (bus) => {
    connected.set(bus.isConnected() ? 1 : 0)
    const counts = bus.counts()
    for (const name of ['published', 'received', 'gaps'] as const) setCounter(counters[name], {}, counts[name])
  }
}

function createJobGauges(registry: Registry): (stats: JobStats) => void {
  const registers = [registry]
  const held = new Gauge({
    name: 'parley_jobs',
    help: 'Background jobs that are not done.',
    labelNames: ['kind', 'state'],
    registers,
  })
  const done = new Counter({
    name: 'parley_jobs_done_total',
    help: 'Background jobs that this node has done.',
    labelNames: ['kind'],
    registers,
  })
  return (stats) => {
    for (const [kind, counts] of Object.entries(stats)) {
      for (const state of JOB_STATES) held.set({ kind, state }, counts[state])
      setCounter(done, { kind }, counts.done)
    }
  }
}

/** Sets a counter to a count that is kept elsewhere. prom-client can only add to one. */
function setCounter(counter: Counter, labels: Record<string, string>, value: number): void {
  counter.remove(labels)
  counter.inc(labels, value)
}
