import { setTimeout as sleep } from 'node:timers/promises'
import { isComplete, PATIENCE_SECONDS, search } from '../measurements/maximum.ts'
import { median } from '../statistics.ts'
import type { ServerCode } from '../subjects.ts'
import { formatTable, type Row, type Sides } from '../table.ts'
import { startCluster, type Cluster, type ClusterName, type Engines } from './cluster.ts'
import type { NodesOptions } from './nodes.options.ts'

export interface NodesBench {
  options: NodesOptions
  code: ServerCode
  engines: Engines
  /** Receives a line about the progress. */
  progress(line: string): void
}

interface Found {
  rate: number
  cpu: number
  broadcast: number
}

interface Memory {
  idle: number
  connection: number
}

const SIDES: Sides<ClusterName> = { judged: 'two', base: 'one', titles: ['two nodes', 'one node'] }
const SETTLE_MS = 1500

/** Compares two nodes with one on the same database server. Each user writes to a user of the other node. Returns a table. */
export async function measureNodes(bench: NodesBench): Promise<string> {
  const memory = { one: await measureMemory(bench, 'one'), two: await measureMemory(bench, 'two') }
  const clusters: Cluster[] = []
  const samples: Record<ClusterName, Found[]> = { one: [], two: [] }
  try {
    for (const name of ['one', 'two'] as const) clusters.push(await begin(bench, name))
    for (let round = 0; round < bench.options.rounds; round += 1) {
      for (const cluster of clusters) {
        const found = await measure(bench, cluster, samples[cluster.name])
        samples[cluster.name].push(found)
        bench.progress(
          `round ${round + 1}, ${cluster.name}: ${found.rate} messages/s, ${Math.round(found.cpu)} us a message`,
        )
      }
    }
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()))
  }
  return formatTable(rowsOf(bench.options, samples, memory), SIDES)
}

async function begin({ options, engines, code }: NodesBench, name: ClusterName): Promise<Cluster> {
  const cluster = await startCluster(name, options.clients, engines, code)
  await connect(cluster, 0, options.clients)
  await cluster.generate('load', { rate: options.fixedRate, seconds: 3, patienceSeconds: PATIENCE_SECONDS })
  return cluster
}

async function connect(cluster: Cluster, from: number, to: number): Promise<void> {
  const { failure } = await cluster.generate('connect', {
    urls: cluster.urls,
    people: cluster.people.slice(from, to),
    atOnce: 20,
  })
  if (failure !== null) throw new Error(`Cannot connect to ${cluster.name}: ${failure}`)
}

async function measure({ options }: NodesBench, cluster: Cluster, before: readonly Found[]): Promise<Found> {
  const spent = await cluster.cpu()
  const result = await cluster.generate('load', {
    rate: options.fixedRate,
    seconds: options.seconds * 2,
    patienceSeconds: PATIENCE_SECONDS,
  })
  if (!isComplete(result)) throw new Error(`${cluster.name} lost messages: ${JSON.stringify(result)}`)
  const cpu = ((await cluster.cpu()) - spent) / result.kept
  const broadcast = median(await cluster.generate('broadcasts', { count: options.broadcasts }))
  // Last, because too high a rate leaves a backlog.
  const { rate } = await search(cluster, { options }, Math.max(options.firstRate, ...before.map(({ rate }) => rate)))
  await sleep(options.restSeconds * 1000)
  return { rate, cpu, broadcast }
}

/** Measures new processes that have done no other work. */
async function measureMemory(
  { options: { firstConnections: first, connections }, engines, code, progress }: NodesBench,
  name: ClusterName,
): Promise<Memory> {
  const cluster = await startCluster(name, first + connections, engines, code)
  try {
    await sleep(SETTLE_MS)
    const idle = await cluster.resident()
    const held = async (from: number, to: number) => {
      await connect(cluster, from, to)
      await sleep(SETTLE_MS)
      return cluster.resident()
    }
    const before = await held(0, first)
    const after = await held(first, first + connections)
    progress(`memory, ${name}: ${Math.round(idle / 2 ** 20)} MiB idle`)
    return { idle: idle / 2 ** 20, connection: (after - before) / connections / 1024 }
  } finally {
    await cluster.stop()
  }
}

function rowsOf(
  { fixedRate, clients, connections, rounds }: NodesOptions,
  all: Record<ClusterName, Found[]>,
  memory: Record<ClusterName, Memory>,
): Row<ClusterName>[] {
  const counting = (found: Found[]) => (rounds > 1 ? found.slice(1) : found)
  const of = (pick: (found: Found) => number) => ({
    one: counting(all.one).map(pick),
    two: counting(all.two).map(pick),
  })
  const both = (pick: (found: Memory) => number) => ({ one: [pick(memory.one)], two: [pick(memory.two)] })
  return [
    { name: 'direct messages, most at p99 < 50 ms', unit: 'messages/s', samples: of(({ rate }) => rate) },
    {
      name: `processor time of the nodes a message at ${fixedRate}/s`,
      unit: 'us',
      samples: of(({ cpu }) => cpu),
      target: { of: 'ratio', atMost: 2.5 },
    },
    { name: `announcement to ${clients}, last delivery`, unit: 'ms', samples: of(({ broadcast }) => broadcast) },
    { name: 'idle memory, all nodes', unit: 'MiB', samples: both(({ idle }) => idle) },
    {
      name: `memory of an idle connection, ${connections} of them`,
      unit: 'KiB',
      samples: both(({ connection }) => connection),
    },
  ]
}
