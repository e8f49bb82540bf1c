import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killAndCheck, noWrites } from '../helpers/kills.ts'

/*
 * npm run soak -w parley-engine -- --kills 300 [--seed 7]
 *
 * Kills a writing process with SIGKILL again and again. After each kill, it checks that every acknowledged write is
 * there and that no write is there in part. At the first problem, it ends with code 1 and keeps the directory. The seed
 * determines the moments of the kills, but not the timing of the machine.
 */
const { kills, seed } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
}).values

/** A directory grows, and all of it is checked after every kill. */
const KILLS_IN_A_DIRECTORY = 25
const TELL_EVERY = 10

const random = seeded(Number(seed))
const began = Date.now()
const total = { acknowledged: 0, kills: 0 }
say(`${kills} kills, seed ${seed}`)
while (total.kills < Number(kills) && process.exitCode === undefined) await soakDirectory()
if (process.exitCode === undefined) say(`Nothing lost, nothing by half: ${told()}`)

async function soakDirectory(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-soak-'))
  const all = noWrites()
  for (let n = 0; n < KILLS_IN_A_DIRECTORY && total.kills < Number(kills); n++) {
    const before = all.count
    const problems = await killAndCheck(directory, all, random)
    total.kills++
    total.acknowledged += all.count - before
    if (problems.length > 0) {
      say(`After kill ${total.kills}, seed ${seed}, in ${directory}:\n${problems.slice(0, 20).join('\n')}`)
      process.exitCode = 1
      return
    }
    if (total.kills % TELL_EVERY === 0) say(told())
  }
  rmSync(directory, { recursive: true })
}

function told(): string {
  return `${total.kills} kills, ${total.acknowledged.toLocaleString('en')} acknowledged writes, ${Math.round((Date.now() - began) / 1000)} s`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Mulberry32: the same numbers for the same seed. */
function seeded(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
