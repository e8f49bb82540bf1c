import { BENCH_PASSWORD } from '../people.ts'
import { interleaved, withSubjects, type Bench } from '../rounds.ts'
import type { Subject } from '../subjects.ts'
import type { Row } from '../table.ts'

/** A round of fifty logins takes a hashing thread four seconds. */
const ROUNDS_MAX = 3

/** Measures the longest stall of the event loop while many users sign in. The relay answers as many requests without hashing. */
export async function stall(bench: Bench): Promise<Row[]> {
  const { rounds, logins } = bench.options
  const samples = await withSubjects(bench, logins, (subjects) =>
    interleaved(Math.min(rounds, ROUNDS_MAX), subjects, async (subject) => {
      await subject.probe('watchStalls')
      await Promise.all(subject.people.map(({ username }) => login(subject, username)))
      const longest = await subject.probe('longestStall')
      bench.progress(`${subject.name}: ${longest.toFixed(1)} ms`)
      return longest
    }),
  )
  return [
    { name: `longest stall, ${logins} logins at once`, unit: 'ms', samples, target: { of: 'parley', atMost: 15 } },
  ]
}

async function login(subject: Subject, username: string): Promise<void> {
  const response = await fetch(`${subject.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: username, password: BENCH_PASSWORD, transport: 'bearer' }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${username} could not sign in: ${text}`)
}
