import { setTimeout as sleep } from 'node:timers/promises'
import { freshRounds, type Bench } from '../rounds.ts'
import { connectPeople } from '../subjects.ts'
import type { Row } from '../table.ts'

/** These pay for what is made once: compiled code, pools, the first growth of the heap. */
const FIRST = 300
const SETTLE_MS = 1000

/** What one connection that does nothing keeps resident, garbage given back. */
export async function memory(bench: Bench): Promise<Row[]> {
  const count = bench.effort.idleConnections
  // Each round has servers of its own, so none needs to be discarded.
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
