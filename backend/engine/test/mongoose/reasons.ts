import type { FileResult } from './run.ts'

/** The unsupported features, by the names in their error messages. */
const FEATURES: readonly [RegExp, string][] = [
  [/"2d|\$geo|\$near/, 'geo'],
  [/collation/, 'collation'],
  [/\$where/, '$where'],
  [/explain/, 'explain'],
  [/capped/, 'capped collections'],
  [/timeseries/, 'time series collections'],
  [/validator|\$jsonSchema/, 'validators'],
  [/\$text|"text"/, '$text'],
  [/watch/, 'change streams'],
]

/** Files whose other failures are about the connection to a server: addresses, credentials, heartbeats, monitoring. */
const ABOUT_SERVERS = new Set(['connection.test.js', 'index.test.js'])

const OTHER = 'other reasons'

/** Counts the failed tests by the missing feature, the most frequent first. */
export function reasons(results: readonly FileResult[]): [reason: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { file, tests } of results) {
    for (const { title, state, error = '' } of tests) {
      if (state !== 'failed') continue
      const reason = reasonOf(file, title, error)
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  return [...counts].sort(([a, m], [b, n]) => Number(a === OTHER) - Number(b === OTHER) || n - m)
}

function reasonOf(file: string, title: string, error: string): string {
  const lacking = /(?:^|Error: )((?:(?!Error: ).)*?) (?:is|are) not supported by the embedded engine/.exec(error)?.[1]
  if (lacking !== undefined) return FEATURES.find(([pattern]) => pattern.test(lacking))?.[1] ?? lacking
  if (/text index cannot have the option "collation"/.test(error)) return 'collation'
  if (/\bwatch\(\)/.test(title)) return 'change streams'
  return ABOUT_SERVERS.has(file) ? 'connections to a server' : OTHER
}
