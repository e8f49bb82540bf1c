import { availableParallelism, cpus, loadavg } from 'node:os'
import { broadcast } from './measurements/broadcast.ts'
import { cpu } from './measurements/cpu.ts'
import { latency } from './measurements/latency.ts'
import { maximum } from './measurements/maximum.ts'
import { memory } from './measurements/memory.ts'
import { stall } from './measurements/stall.ts'
import { start } from './measurements/start.ts'
import { storm } from './measurements/storm.ts'
import type { Bench } from './rounds.ts'
import { formatTable, SERVERS, type Row } from './table.ts'

/** In the order in which they run. */
export const MEASUREMENTS: ReadonlyMap<string, (bench: Bench) => Promise<Row[]>> = new Map([
  ['start', start],
  ['maximum', maximum],
  ['latency', latency],
  ['cpu', cpu],
  ['broadcast', broadcast],
  ['storm', storm],
  ['memory', memory],
  ['stall', stall],
])

/** The load average of a busy machine. A quiet machine has nearly zero. Windows reports none. */
const BUSY_LOAD = 0.7

/** Runs these measurements one after the other. Returns their table. */
export async function measure(names: readonly string[], bench: Bench): Promise<string> {
  const rows: Row[] = []
  for (const name of names) {
    const measurement = MEASUREMENTS.get(name)
    if (!measurement) throw new Error(`There is no measurement "${name}"`)
    rows.push(...(await measurement({ ...bench, progress: (line) => bench.progress(`${name}: ${line}`) })))
  }
  return formatTable(rows, SERVERS)
}

/** Adds the circumstances to a table: machine, rounds, duration, and whether the machine was busy. */
export async function withCircumstances(rounds: number, work: () => Promise<string>): Promise<string> {
  const begin = performance.now()
  const load = loadavg()[0] ?? 0
  const table = await work()
  const seconds = Math.round((performance.now() - begin) / 1000)
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, ${process.platform}`
  const warning =
    load > BUSY_LOAD
      ? `\nThe machine was busy before the bench began (load average ${load.toFixed(1)}): do not rely on these figures.`
      : ''
  return `${table}\n\n${machine}; ${rounds === 1 ? 'one round' : `up to ${rounds} rounds, the first discarded`}; ${seconds} s. Medians, [least most]. Only ratios compare between runs.${warning}`
}
