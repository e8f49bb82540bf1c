import type { LoadResult } from '../generator/commands.ts'
import type { BenchOptions } from '../bench.options.ts'
import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import { connectPeople, type Subject, type SubjectName } from '../subjects.ts'
import type { Row } from '../table.ts'

/** A rate is sustained when 99 of 100 acknowledgements come within this time, and every message arrives. */
const P99_MS = 50
/** The first rate of the first search, in messages a second. */
const FIRST_RATE = 4000
/** When a generator is later than this, the run says nothing about the server. */
const LATENESS_MS = 10
const BUSY = 0.95
/** Two rates this close end a search. */
const CLOSE_ENOUGH = 1.04

const WARM_UP_TRIES = 5
/** Seconds to wait where a missing message is an error. */
export const PATIENCE_SECONDS = 5
/** Seconds to wait in a search, where a later message has failed the rate. */
const IMPATIENCE_SECONDS = 0.5

interface Maximum {
  rate: number
  /** Share of the generator's time at this rate, from 0 to 1. */
  busy: number
  isGeneratorBound: boolean
}

/** Measures the highest rate of direct messages that each server sustains. */
export async function maximum(bench: Bench): Promise<Row[]> {
  const { rounds, clients } = bench.options
  const samples = await withSubjects(bench, clients, async (subjects) => {
    await connectAll(subjects)
    const best = new Map<SubjectName, number>()
    return interleaved(rounds, subjects, async (subject) => {
      const found = await search(subject, bench, best.get(subject.name))
      best.set(subject.name, Math.max(found.rate, best.get(subject.name) ?? FIRST_RATE))
      bench.progress(
        `${subject.name}: ${found.rate} messages/s, the generator busy for ${Math.round(found.busy * 100)}%`,
      )
      return found
    })
  })
  const isBound = [...samples.parley, ...samples.relay].some(({ isGeneratorBound }) => isGeneratorBound)
  return [
    {
      name: `direct messages, most at p99 < ${P99_MS} ms`,
      unit: 'messages/s',
      samples: { parley: samples.parley.map(({ rate }) => rate), relay: samples.relay.map(({ rate }) => rate) },
      target: { of: 'ratio', atLeast: 0.7 },
      remark: isBound ? 'the generator was at its limit, a server may be faster than shown' : undefined,
    },
  ]
}

/** Opens the connection of each user and starts the conversations. */
export async function connectAll(subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) {
    await connectPeople(subject, subject.people)
    await beginConversations(subject)
  }
}

/** Sends the first messages. They cost more, because they create the conversations. */
async function beginConversations(subject: Subject): Promise<void> {
  for (let tries = 0; tries < WARM_UP_TRIES; tries += 1) {
    const result = await subject.generate('load', {
      rate: 2 * subject.people.length,
      seconds: 1,
      patienceSeconds: PATIENCE_SECONDS,
    })
    if (isComplete(result)) return
  }
  throw new Error(`${subject.name} cannot sustain two messages a second of each client`)
}

/** Searches the highest sustained rate: up while a rate is sustained, down while it is not, then between the two. */
export async function search(
  subject: Pick<Subject, 'generate'>,
  { options: { seconds, searchSteps } }: { options: Pick<BenchOptions, 'seconds' | 'searchSteps'> },
  start?: number,
): Promise<Maximum> {
  const step = start === undefined ? 1.7 : 1.25
  const steps = start === undefined ? searchSteps + 2 : searchSteps
  let [sustained, tooMuch] = [0, Infinity]
  let isGeneratorBound = false
  let busy = 0
  let rate = start ?? FIRST_RATE
  for (let index = 0; index < steps && tooMuch / sustained > CLOSE_ENOUGH; index += 1) {
    const result = await subject.generate('load', {
      rate: Math.round(rate),
      seconds,
      patienceSeconds: IMPATIENCE_SECONDS,
    })
    if (isSustained(result)) {
      if (rate > sustained) [sustained, busy] = [rate, result.generatorBusy]
    } else {
      tooMuch = rate
      isGeneratorBound = result.lateness > LATENESS_MS || result.generatorBusy > BUSY
    }
    rate = tooMuch === Infinity ? rate * step : sustained === 0 ? rate / 2 : Math.sqrt(sustained * tooMuch)
  }
  return { rate: Math.round(sustained), busy, isGeneratorBound }
}

export function isComplete({ sent, kept, delivered }: LoadResult): boolean {
  return kept === sent && delivered === sent
}

function isSustained(result: LoadResult): boolean {
  return isComplete(result) && result.p99 < P99_MS
}
