import { DELIVERIES, type LoadResult } from '../generator/commands.ts'
import type { Effort } from '../effort.ts'
import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import { connectPeople, type Subject, type SubjectName } from '../subjects.ts'
import type { Row } from '../table.ts'

/** A rate is sustained while 99 of 100 acknowledgements come within this, and everything arrives. */
const P99_MS = 50
/** Where the first search begins, in messages a second. */
const FIRST_RATE = 4000
/** When a generator sends later than this, the run says nothing of the server. */
const LATENESS_MS = 10
const BUSY = 0.95
/** A rate between two this near to each other would be no news. */
const CLOSE_ENOUGH = 1.04

const WARM_UP_TRIES = 5
/** Where a message that does not arrive would be an error. */
export const PATIENCE_SECONDS = 5
/** Where one that comes later than this has failed the rate already. */
const IMPATIENCE_SECONDS = 0.5

interface Maximum {
  rate: number
  /** Of the generator's time at this rate, 0 to 1. */
  busy: number
  isGeneratorBound: boolean
}

/** The highest rate of direct messages each server sustains. */
export async function maximum(bench: Bench): Promise<Row[]> {
  const { rounds, clients } = bench.effort
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

/** Opens everybody's connection and begins the conversations. */
export async function connectAll(subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) {
    await connectPeople(subject, subject.people)
    await beginConversations(subject)
  }
}

/** What comes first in a conversation costs more: it is made then. */
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

/** From `start`, or upwards from a low rate: up while it is sustained, down while it is not, then between the two. */
export async function search(
  subject: Pick<Subject, 'generate'>,
  { effort: { seconds, searchSteps } }: { effort: Pick<Effort, 'seconds' | 'searchSteps'> },
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
  return kept === sent && delivered === sent * DELIVERIES
}

function isSustained(result: LoadResult): boolean {
  return isComplete(result) && result.p99 < P99_MS
}
