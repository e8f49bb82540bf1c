import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import { median } from '../statistics.ts'
import { connectPeople } from '../subjects.ts'
import type { Row } from '../table.ts'

/** Measures the time from sending an announcement until the last connection has it. Parley writes it to disk first. */
export async function broadcast(bench: Bench): Promise<Row[]> {
  const { rounds, listeners, broadcasts } = bench.options
  const samples = await withSubjects(bench, listeners, async (subjects) => {
    for (const subject of subjects) await connectPeople(subject, subject.people)
    return interleaved(rounds, subjects, async (subject) => {
      const milliseconds = median(await subject.generate('broadcasts', { count: broadcasts }))
      bench.progress(`${subject.name}: ${milliseconds.toFixed(1)} ms`)
      return milliseconds
    })
  })
  return [{ name: `broadcast to ${listeners}, last delivery`, unit: 'ms', samples }]
}
