import type { Effort } from './effort.ts'
import { startSubject, type ServerCode, type Subject, type SubjectName } from './subjects.ts'

/** What a measurement works with. */
export interface Bench {
  effort: Effort
  code: ServerCode
  /** A line for whoever waits. */
  progress(line: string): void
}

/** What a measurement found in the rounds that count, in their order. */
export type Samples<T> = Record<SubjectName, T[]>

const SUBJECTS: readonly SubjectName[] = ['parley', 'relay']

/** Starts both servers with people who can connect, and stops them in any case. */
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

/** A B A B: what else the machine does at a time meets both. */
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

/** As `interleaved`, with a new pair of servers for each round: for what a process does once, or never gives back. */
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
