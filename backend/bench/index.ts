import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NORMAL, QUICK } from './bench.options.ts'
import { MEASUREMENTS, measure, withCircumstances } from './measure.ts'
import { NODES_NORMAL, NODES_QUICK } from './nodes/nodes.options.ts'
import { measureBus } from './nodes/bus.ts'
import { measureNodes, type NodesBench } from './nodes/index.ts'
import { STORAGE_NORMAL, STORAGE_QUICK } from './storage/storage.options.ts'
import { measureStorage } from './storage/index.ts'

interface Choice {
  names: string[]
  quick: boolean
  data: string | undefined
}

/** Runs only when named: filling the store takes a while, and the engine is compared with itself. */
const STORAGE = 'storage'
/** Needs MongoDB and Redis. Compares the bus with pub/sub, and two nodes with one. */
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

/** Returns the measurements to run, or an error text about the arguments. */
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
    // To standard error, because the result may go to a file.
    progress: (line: string) => void process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`),
  }
  const print = async (rounds: number, work: () => Promise<string>) => {
    const table = await withCircumstances(rounds, work)
    if (isTerminal) process.stderr.write('\r\u001b[K')
    process.stdout.write(`${table}\n`)
  }
  const options = quick ? QUICK : NORMAL
  const others = names.filter((name) => MEASUREMENTS.has(name))
  if (others.length > 0) await print(options.rounds, () => measure(others, { ...common, options }))
  const storage = quick ? STORAGE_QUICK : STORAGE_NORMAL
  if (names.includes(STORAGE)) await print(storage.rounds, () => measureStorage({ ...common, options: storage, data }))
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
  const options = quick ? NODES_QUICK : NODES_NORMAL
  await print(options.rounds, () =>
    measureBus({ ...common, rounds: options.rounds, messages: options.busMessages, redisUrl }),
  )
  await print(options.rounds, () => measureNodes({ ...common, options, engines: { mongoUri, redisUrl } }))
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 1
}
