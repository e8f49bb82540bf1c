import type { BenchOptions } from './bench.options.ts'
import { startSubject, type ServerCode, type Subject, type SubjectName } from './subjects.ts'

/** The input of a measurement. */
export interface Bench {
  options: BenchOptions
  code: ServerCode
  /** Receives a line about the progress. */
  progress(line: string): void
}

/** The results of the counted rounds, in their order. */
export type Samples<T> = Record<SubjectName, T[]>

const SUBJECTS: readonly SubjectName[] = ['parley', 'relay']

/** Starts both servers with users who can connect, and stops them in any case. */
export async function withSubjects<T>(
  { code }: Bench,
  people: number,
  work: (subjects: Subject[]) => Promise<T>,
): Promise<T> {
  const subjects: Subject[] = []
  try {
    for (const name of SUBJECTS) subjects.push(await startSubject(name, people, code))
    return await work(subjects)
  } finally {
    await Promise.all(subjects.map((subject) => subject.stop()))
  }
}

/** Measures the servers in turn (A B A B), so that other work of the machine slows both. */
export async function interleaved<T>(
  rounds: number,
  subjects: readonly Subject[],
  measure: (subject: Subject, round: number) => Promise<T>,
): Promise<Samples<T>> {
  const samples: Samples<T> = { parley: [], relay: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) samples[subject.name].push(await measure(subject, round))
  }
  return counting(samples, rounds)
}

/** Does the same with new servers for each round, for costs that a process has once or never gives back. */
export async function freshRounds<T>(
  bench: Bench,
  rounds: number,
  people: number,
  measure: (subject: Subject) => Promise<T>,
): Promise<Samples<T>> {
  const samples: Samples<T> = { parley: [], relay: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of SUBJECTS) {
      const subject = await startSubject(name, people, bench.code)
      try {
        samples[name].push(await measure(subject))
      } finally {
        await subject.stop()
      }
    }
  }
  return counting(samples, rounds)
}

function counting<T>(samples: Samples<T>, rounds: number): Samples<T> {
  return rounds > 1 ? { parley: samples.parley.slice(1), relay: samples.relay.slice(1) } : samples
}
