import { setTimeout as sleep } from 'node:timers/promises'
import { interleaved, withSubjects, type Bench, type Samples } from '../rounds.ts'
import type { Subject } from '../subjects.ts'
import { ratios, type Row } from '../table.ts'

/** Users must be announced offline before they connect again. */
const AWAY_MS = 2500
/** The last changes of presence arrive after the last connection is open. */
const PRESENCE_MS = 300
/** A page shows so many users at first. */
const USERS_SHOWN = 20
/** A round mostly waits until all users are offline. */
const ROUNDS_MAX = 3

/**
 * Measures a storm: all users connect at the same moment, as after a restart. Parley checks token and session of each and
 * announces each to those that show the user.
 */
export async function storm(bench: Bench): Promise<Row[]> {
  const [small, large] = bench.options.storms
  const results = await withSubjects(bench, large, async (subjects) => {
    try {
      return { small: await storms(bench, subjects, small), large: await storms(bench, subjects, large) }
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  })
  // The usual reason is the limit of open files.
  if (typeof results === 'string')
    return [
      {
        name: 'reconnect storm',
        unit: '',
        samples: { parley: [], relay: [] },
        remark: `not possible here: ${results}`,
      },
    ]
  const growth = {
    parley: quotient(results.large.parley, results.small.parley),
    relay: quotient(results.large.relay, results.small.relay),
  }
  return [
    { name: `storm of ${small}, until all are in`, unit: 's', samples: only(results.small, 'seconds') },
    {
      name: `storm of ${large}, until all are in`,
      unit: 's',
      samples: only(results.large, 'seconds'),
      target: { of: 'ratio', atMost: 1.15 },
    },
    {
      name: `storm of ${large}, sent to all`,
      unit: 'MiB',
      samples: only(results.large, 'mebibytes'),
      target: { of: 'parley', atMost: 8 },
    },
    { name: `storm of ${small}, processor time`, unit: 's', samples: only(results.small, 'cpu') },
    { name: `storm of ${large}, processor time`, unit: 's', samples: only(results.large, 'cpu') },
    {
      name: `storm of ${large} over ${small}, processor time`,
      unit: 'x',
      samples: growth,
      target: { of: 'parley', atMost: 4.4 },
    },
  ]
}

interface Storm {
  seconds: number
  cpu: number
  /** Sent to all clients. */
  mebibytes: number
}

function storms(bench: Bench, subjects: readonly Subject[], count: number): Promise<Samples<Storm>> {
  return interleaved(Math.min(bench.options.rounds, ROUNDS_MAX), subjects, async (subject) => {
    const before = await subject.probe('cpu')
    const { milliseconds, failure } = await subject.generate('connect', {
      urls: [subject.url],
      people: subject.people.slice(0, count),
      atOnce: count,
      shows: USERS_SHOWN,
    })
    if (failure !== null) throw new Error(failure)
    await sleep(PRESENCE_MS)
    const spent = (await subject.probe('cpu')) - before
    const bytes = await subject.generate('disconnect', null)
    await sleep(AWAY_MS)
    bench.progress(`${subject.name}: ${count} connected in ${Math.round(milliseconds)} ms`)
    return { seconds: milliseconds / 1000, cpu: spent / 1e6, mebibytes: bytes / 2 ** 20 }
  })
}

function only(samples: Samples<Storm>, field: keyof Storm): Samples<number> {
  return { parley: samples.parley.map((one) => one[field]), relay: samples.relay.map((one) => one[field]) }
}

function quotient(large: readonly Storm[], small: readonly Storm[]): number[] {
  return ratios(
    large.map(({ cpu }) => cpu),
    small.map(({ cpu }) => cpu),
  )
}
