import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import type { Row } from '../table.ts'
import { connectAll, isComplete, PATIENCE_SECONDS } from './maximum.ts'

/** Measures the processor time of the server process, all threads, for a message. It is the steadiest measurement. */
export async function cpu(bench: Bench): Promise<Row[]> {
  const { rounds, clients, seconds, fixedRate } = bench.options
  const samples = await withSubjects(bench, clients, async (subjects) => {
    await connectAll(subjects)
    return interleaved(rounds, subjects, async (subject) => {
      const before = await subject.probe('cpu')
      const result = await subject.generate('load', {
        rate: fixedRate,
        seconds: seconds * 2,
        patienceSeconds: PATIENCE_SECONDS,
      })
      const spent = (await subject.probe('cpu')) - before
      if (!isComplete(result)) throw new Error(`${subject.name} lost messages: ${JSON.stringify(result)}`)
      bench.progress(`${subject.name}: ${result.kept} messages acknowledged, ${result.delivered} delivered`)
      return spent / result.kept
    })
  })
  return [{ name: `processor time a message at ${fixedRate}/s`, unit: 'us', samples }]
}
