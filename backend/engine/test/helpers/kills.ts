import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openForWriting, type Store } from '../../src/storage/store.ts'
import { asBuffer } from '../../src/keys/raw.ts'
import { decodePlain } from '../../src/query/values.ts'
import { problemsOf } from './integrity.ts'

const WRITER = fileURLToPath(new URL('./writer.child.ts', import.meta.url))

/** Longer than the start of the writer, so that some kills hit it while it opens the directory. */
const START_MS = 1500
/** One kill in this many hits the start. */
const KILLED_AT_START = 6
const MAX_LINES = 600

/** The writes that the writers of a directory acknowledged. */
export interface Acknowledged {
  ones: number[]
  groups: number[]
  notes: number[]
  pairs: number[]
  mark: number
  sum: number
  /** The highest id. */
  last: number
  /** The number of lines. */
  count: number
}

export function noWrites(): Acknowledged {
  return { ones: [], groups: [], notes: [], pairs: [], mark: 0, sum: 0, last: 0, count: 0 }
}

/**
 * Starts a writer on a directory, kills it at a random moment, and checks its data.
 * @param random returns numbers from 0 to 1
 * @returns the problems; empty if all is well
 */
export async function killAndCheck(directory: string, all: Acknowledged, random: () => number): Promise<string[]> {
  const { child, lines } = startWriter(directory, all.last + 10_000)
  // A kill after a number of acknowledgements hits writes in flight, because there always are some under load.
  let left = 1 + Math.floor(random() * MAX_LINES)
  const timer =
    random() < 1 / KILLED_AT_START ? setTimeout(() => child.kill('SIGKILL'), random() * START_MS) : undefined
  for await (const line of lines) {
    note(all, line)
    if (--left === 0) child.kill('SIGKILL')
  }
  clearTimeout(timer)
  const store = openForWriting(directory)
  try {
    return [...lost(store, all), ...problemsOf(store)]
  } finally {
    store.close()
  }
}

export function startWriter(directory: string, begin: number): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, String(begin)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { child, lines: createInterface({ input: child.stdout }) }
}

function note(all: Acknowledged, line: string): void {
  const [what, number] = line.split(' ')
  const value = Number(number)
  all.count++
  if (what === 'one') all.ones.push(value)
  if (what === 'group') all.groups.push(value)
  if (what === 'note') all.notes.push(value)
  if (what === 'pair') all.pairs.push(value)
  if (what === 'mark') all.mark = Math.max(all.mark, value)
  if (what === 'sum') all.sum = Math.max(all.sum, value)
  else all.last = Math.max(all.last, value)
}

/** Returns the acknowledged writes that are missing, and the groups of which only a part is there. */
function lost(store: Store, all: Acknowledged): string[] {
  const [ones, groups, notes, lefts, rights] = ['ones', 'groups', 'notes', 'lefts', 'rights'].map(
    (name) => new Map(documents(store, name).map((document) => [document['_id'], document])),
  )
  const problems = [
    ...all.ones.filter((id) => ones?.has(id) !== true).map((id) => `one ${id} is lost`),
    ...all.groups.filter((group) => groups?.has(`${group}-4`) !== true).map((group) => `group ${group} is lost`),
    ...all.notes.filter((id) => notes?.has(id) !== true).map((id) => `note ${id} is lost`),
    ...all.notes
      .filter((id) => id % 3 === 0 && notes?.get(id)?.['text'] !== `changed ${id}`)
      .map((id) => `the change of note ${id} is lost`),
    ...all.pairs.filter((id) => lefts?.has(id) !== true || rights?.has(id) !== true).map((id) => `pair ${id} is lost`),
    // In one call, or in one transaction: all of it is on disk or none, acknowledged or not.
    ...[...(groups?.keys() ?? [])]
      .filter((id) => [0, 1, 2, 3, 4].some((i) => groups?.has(`${String(id).split('-')[0]}-${i}`) !== true))
      .map((id) => `of the group of ${String(id)} a part is there`),
    ...[...(lefts?.keys() ?? [])]
      .filter((id) => rights?.has(id) !== true)
      .map((id) => `pair ${String(id)} is there by half`),
    ...[...(rights?.keys() ?? [])]
      .filter((id) => lefts?.has(id) !== true)
      .map((id) => `pair ${String(id)} is there by half`),
  ]
  const marks = new Set(documents(store, 'marks').map(({ mark }) => Number(mark)))
  if (all.mark > 0 && (marks.size !== 1 || Math.min(...marks) < all.mark))
    problems.push(`marks are ${[...marks].join(', ')} after ${all.mark}`)
  const sum = Number(documents(store, 'sums')[0]?.['n'] ?? 0)
  if (sum < all.sum) problems.push(`the sum is ${sum} after ${all.sum}`)
  return problems
}

function documents({ sqlite, catalog }: Store, name: string): Record<string, unknown>[] {
  const table = catalog.get('parley', name)?.table
  if (table === undefined) return []
  return sqlite
    .rows(`SELECT doc FROM ${table}`)
    .map(([document]) => (document instanceof Uint8Array ? decodePlain(asBuffer(document)) : {}))
}
