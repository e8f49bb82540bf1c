import { setTimeout as sleep } from 'node:timers/promises'
import { freshRounds, type Bench } from '../rounds.ts'
import { connectPeople } from '../subjects.ts'
import type { Row } from '../table.ts'

/** The first connections pay for compiled code, pools and the first growth of the heap. */
const FIRST = 300
const SETTLE_MS = 1000

/** Measures the resident memory of an idle connection, after garbage collection. */
export async function memory(bench: Bench): Promise<Row[]> {
  const count = bench.options.idleConnections
  // Each round has its own servers, so no round is discarded.
  const samples = await freshRounds(bench, 1, FIRST + count, async (subject) => {
    const connect = async (from: number, to: number) => {
      await connectPeople(subject, subject.people.slice(from, to))
      await sleep(SETTLE_MS)
      return subject.probe('resettled')
    }
    const before = await connect(0, FIRST)
    const after = await connect(FIRST, FIRST + count)
    const kibibytes = (after - before) / count / 1024
    bench.progress(`${subject.name}: ${kibibytes.toFixed(1)} KiB a connection`)
    return kibibytes
  })
  return [
    {
      name: `memory of an idle connection, ${count} of them`,
      unit: 'KiB',
      samples,
      target: { of: 'ratio', atMost: 1.1 },
    },
  ]
}
