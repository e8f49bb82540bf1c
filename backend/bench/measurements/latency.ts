import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import type { Subject } from '../subjects.ts'
import type { Row } from '../table.ts'
import { connectAll, isComplete, PATIENCE_SECONDS, search } from './maximum.ts'

/** Messages a second when the machine is too busy for any search to succeed. */
const LEAST_RATE = 100

/** Measures acknowledgements while both servers get half of Parley's highest rate. */
export async function latency(bench: Bench): Promise<Row[]> {
  const { rounds, clients, seconds } = bench.options
  const { rate, results } = await withSubjects(bench, clients, async (subjects) => {
    await connectAll(subjects)
    const rate = await halfOfMaximum(bench, subjects)
    const results = await interleaved(rounds, subjects, async (subject) => {
      const result = await subject.generate('load', { rate, seconds: seconds * 2, patienceSeconds: PATIENCE_SECONDS })
      if (!isComplete(result))
        throw new Error(`${subject.name} lost messages at half of the maximum: ${JSON.stringify(result)}`)
      bench.progress(`${subject.name}: p99 ${result.p99.toFixed(1)} ms at ${rate} messages/s`)
      return result
    })
    return { rate, results }
  })
  const samples = (pick: 'p50' | 'p99') => ({
    parley: results.parley.map((result) => result[pick]),
    relay: results.relay.map((result) => result[pick]),
  })
  return [
    {
      name: `acknowledgement, p99 at ${rate}/s`,
      unit: 'ms',
      samples: samples('p99'),
      target: { of: 'ratio', atMost: 2 },
    },
    { name: `acknowledgement, p50 at ${rate}/s`, unit: 'ms', samples: samples('p50') },
  ]
}

async function halfOfMaximum(bench: Bench, subjects: readonly Subject[]): Promise<number> {
  const parley = subjects.find(({ name }) => name === 'parley')
  if (!parley) throw new Error('Parley is among the servers')
  // During the first search the server's code is not compiled yet.
  const first = await search(parley, bench)
  const { rate } = await search(parley, bench, Math.max(first.rate, LEAST_RATE))
  return Math.max(LEAST_RATE, Math.round(Math.max(first.rate, rate) / 2))
}
