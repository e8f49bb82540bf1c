import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NORMAL, QUICK } from './effort.ts'
import { MEASUREMENTS, measure, withCircumstances } from './measure.ts'
import { NODES_NORMAL, NODES_QUICK } from './nodes/effort.ts'
import { measureBus } from './nodes/bus.ts'
import { measureNodes, type NodesBench } from './nodes/index.ts'
import { STORAGE_NORMAL, STORAGE_QUICK } from './storage/effort.ts'
import { measureStorage } from './storage/index.ts'

interface Choice {
  names: string[]
  quick: boolean
  data: string | undefined
}

/** Not part of everything: filling the store takes a while, and the engine is compared with itself. */
const STORAGE = 'storage'
/** Needs MongoDB and Redis: compares their bus with pub/sub, and two nodes with one. */
const NODES = 'nodes'

const USAGE = `npm run bench -- [--quick] [${[...MEASUREMENTS.keys()].join(' | ')}]
npm run bench -- ${STORAGE} [--quick] [--data <folder that keeps the messages for the next run>]
MONGO_DB_URI=... REDIS_URL=... npm run bench -- ${NODES} [--quick]`

const choice = read(process.argv.slice(2))
if (typeof choice === 'string') {
  fail(`${choice}\n${USAGE}`)
} else {
  const build = spawnSync('npm', ['run', 'build', '--silent'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
  })
  if (build.status === 0) await run(choice)
  else fail('The server does not compile; nothing was measured.')
}

/** What is to be measured, or what is wrong with the arguments. */
function read(args: string[]): Choice | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { quick: { type: 'boolean' }, data: { type: 'string' } },
    })
    const unknown = positionals.filter((name) => name !== STORAGE && name !== NODES && !MEASUREMENTS.has(name))
    if (unknown.length > 0) return `Not known: ${unknown.join(', ')}`
    return {
      names: positionals.length > 0 ? positionals : [...MEASUREMENTS.keys()],
      quick: values.quick === true,
      data: values.data,
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function run({ names, quick, data }: Choice): Promise<void> {
  const isTerminal = process.stderr.isTTY
  const common = {
    code: 'build' as const,
    // Not part of the result, which may go to a file.
    progress: (line: string) => void process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`),
  }
  const print = async (rounds: number, work: () => Promise<string>) => {
    const table = await withCircumstances(rounds, work)
    if (isTerminal) process.stderr.write('\r\u001b[K')
    process.stdout.write(`${table}\n`)
  }
  const effort = quick ? QUICK : NORMAL
  const others = names.filter((name) => MEASUREMENTS.has(name))
  if (others.length > 0) await print(effort.rounds, () => measure(others, { ...common, effort }))
  const storage = quick ? STORAGE_QUICK : STORAGE_NORMAL
  if (names.includes(STORAGE)) await print(storage.rounds, () => measureStorage({ ...common, effort: storage, data }))
  if (names.includes(NODES)) await runNodes(quick, common, print)
}

type Common = Pick<NodesBench, 'code' | 'progress'>

async function runNodes(
  quick: boolean,
  common: Common,
  print: (rounds: number, work: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const { MONGO_DB_URI: mongoUri, REDIS_URL: redisUrl } = process.env
  if (!mongoUri || !redisUrl) {
    fail(`${NODES} needs MONGO_DB_URI and REDIS_URL.`)
    return
  }
  const effort = quick ? NODES_QUICK : NODES_NORMAL
  await print(effort.rounds, () =>
    measureBus({ ...common, rounds: effort.rounds, messages: effort.busMessages, redisUrl }),
  )
  await print(effort.rounds, () => measureNodes({ ...common, effort, engines: { mongoUri, redisUrl } }))
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 1
}
