import { parseArgs } from 'node:util'
import { buildPrograms } from '../helpers/programs.ts'
import { run, World } from './run.ts'

/*
 * `npm run soak:delivery -- --runs 1000` repeats the delivery model. It prints a failing seed, which replays with
 * `--runs 1 --seed <seed>`: the same actions and faults in the same order, with the timing of the machine.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    steps: { type: 'string', default: '120' },
    people: { type: 'string', default: '4' },
  },
})
const [runs, firstSeed, steps, people] = [values.runs, values.seed, values.steps, values.people].map(Number) as [
  number,
  number,
  number,
  number,
]
/** Users and messages of earlier runs stay in a world, so a new world begins after this many runs. */
const RUNS_A_WORLD = 50
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const removePrograms = await buildPrograms()
let [messages, kills, failures] = [0, 0, 0]
for (let begun = 0; begun < runs; begun += RUNS_A_WORLD) {
  const world = await World.open()
  for (let index = begun; index < Math.min(runs, begun + RUNS_A_WORLD); index += 1) {
    const seed = firstSeed + index
    try {
      const report = await run(world, { seed, people, steps, kills: true })
      messages += report.messages
      kills += report.kills
    } catch (error) {
      failures += 1
      say(`seed ${seed} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
    if ((index + 1) % 10 === 0)
      say(
        `${index + 1} of ${runs} runs, seeds from ${firstSeed}: ${messages} messages, ${kills} kills, ${failures} failed`,
      )
  }
  await world.close()
}
await removePrograms()
say(`${runs} runs, seeds from ${firstSeed}: ${messages} messages compared, ${kills} kills, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
