import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchPerson } from '../people.ts'
import { preparePeople } from '../people.ts'
import { environment, startGenerator, startProgram, type ServerCode, type Subject } from '../subjects.ts'

export type ClusterName = 'one' | 'two'

/** One or two nodes on the same database server, and the process that loads them. */
export interface Cluster {
  name: ClusterName
  urls: readonly string[]
  people: BenchPerson[]
  /** Microseconds of all threads of all nodes. */
  cpu(): Promise<number>
  /** Bytes after garbage collection. */
  resident(): Promise<number>
  generate: Subject['generate']
  stop(): Promise<void>
}

/** The addresses of MongoDB and Redis. */
export interface Engines {
  mongoUri: string
  redisUrl: string
}

/** Starts one node without Redis, or two with it. */
export async function startCluster(
  name: ClusterName,
  peopleCount: number,
  { mongoUri, redisUrl }: Engines,
  code: ServerCode,
): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const database = new URL(mongoUri)
  // A new database each time, which stays: FerretDB 1.24 fails when a database is dropped that it has just served.
  database.pathname = `/parley_bench_${randomUUID().slice(0, 8)}`
  const env = {
    ...environment(dataDir),
    MONGO_DB_URI: database.href,
    ...(name === 'two' && { REDIS_URL: redisUrl, REDIS_PREFIX: `parley_bench_${process.pid}` }),
  }
  const people = await preparePeople(env, peopleCount)
  const nodes = [await startProgram(code, env)]
  if (name === 'two') nodes.push(await startProgram(code, env))
  const generator = startGenerator()
  const sum = async (what: 'cpu' | 'resettled') =>
    (await Promise.all(nodes.map((node) => node.probe(what)))).reduce((total, value) => total + value, 0)
  return {
    name,
    urls: nodes.map(({ url }) => url),
    people,
    cpu: () => sum('cpu'),
    resident: () => sum('resettled'),
    generate: generator.generate,
    async stop() {
      await Promise.all([...nodes, generator].map((each) => each.stop()))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
