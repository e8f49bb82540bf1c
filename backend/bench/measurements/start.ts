import { setTimeout as sleep } from 'node:timers/promises'
import { freshRounds, type Bench } from '../rounds.ts'
import type { Row } from '../table.ts'

const MEBIBYTE = 1024 ** 2
/** Start times are steady, and each round waits for two servers to settle. */
const ROUNDS_MAX = 3

/** Measures the time from the start of the process to its first answer, and the idle memory. */
export async function start(bench: Bench): Promise<Row[]> {
  const { settleSeconds } = bench.options
  const rounds = Math.min(bench.options.rounds, ROUNDS_MAX)
  const samples = await freshRounds(bench, rounds, 1, async (subject) => {
    await sleep(settleSeconds * 1000)
    const resident = await subject.probe('resident')
    bench.progress(
      `${subject.name}: ${Math.round(subject.startMilliseconds)} ms, ${Math.round(resident / MEBIBYTE)} MiB`,
    )
    return { seconds: subject.startMilliseconds / 1000, mebibytes: resident / MEBIBYTE }
  })
  return [
    {
      name: 'start to first answer',
      unit: 's',
      target: { of: 'parley', atMost: 1 },
      samples: {
        parley: samples.parley.map(({ seconds }) => seconds),
        relay: samples.relay.map(({ seconds }) => seconds),
      },
    },
    {
      name: 'idle memory',
      unit: 'MiB',
      target: { of: 'parley', atMost: 120 },
      samples: {
        parley: samples.parley.map(({ mebibytes }) => mebibytes),
        relay: samples.relay.map(({ mebibytes }) => mebibytes),
      },
    },
  ]
}
