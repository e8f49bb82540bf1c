// Adds up the reports of all test runners in a folder. Prints the tests that failed, then the line by which a run is judged.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [folder, failedSteps] = process.argv.slice(2)
const expected = ['suites.json', 'suites-faults.json', 'e2e.json']
/** The vitest projects of one report, by the folder of a test file. The longest folder counts. */
const SUITES = ['backend/engine', 'backend', 'frontend']

const lines = []
const failures = []
let passed = 0
let failed = Number(failedSteps)

const steps = join(folder, 'failed-steps')
if (existsSync(steps))
  failures.push(
    ...readFileSync(steps, 'utf8')
      .trim()
      .split('\n')
      .map((step) => `step: ${step}`),
  )

const reports = readdirSync(folder).filter((name) => name.endsWith('.json'))
for (const name of expected.filter((name) => !reports.includes(name))) {
  failures.push(`${name}: no report`)
  failed += 1
}
for (const name of reports) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  for (const [suite, counts] of report.stats ? [[name, playwrightCounts(report)]] : vitestCounts(name, report)) {
    const gaps = counts.gaps > 0 ? `, ${counts.gaps} known gaps of the server` : ''
    lines.push(`${suite}: ${counts.passed} passed, ${counts.failures.length} failed${gaps}`)
    passed += counts.passed
    failed += counts.failures.length
    failures.push(...counts.failures)
  }
}
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`)
for (const line of lines) process.stdout.write(`${line}\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** The counts of a vitest report, a suite each. A suite of a report that ran no test has no entry. */
function vitestCounts(name, { testResults }) {
  const suites = new Map()
  for (const { name: path, status, message, assertionResults } of testResults) {
    const folderOf = SUITES.find((suite) => path.includes(`/${suite}/test/`)) ?? 'other'
    const suite = `${folderOf} (${name})`
    const counts = suites.get(suite) ?? { passed: 0, gaps: 0, failures: [] }
    suites.set(suite, counts)
    const file = path.slice(path.indexOf(`/${folderOf}/`) + 1)
    const failing = assertionResults.filter((test) => test.status === 'failed')
    for (const test of failing) counts.failures.push(`${file}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`)
    // The file itself failed: it does not load, or a hook threw.
    if (status === 'failed' && failing.length === 0) counts.failures.push(`${file}: ${firstLine(message)}`)
    const done = assertionResults.filter((test) => test.status === 'passed')
    // Cases that a server was expected to fail and did; vitest calls them passed (backend/engine/test/helpers/gaps.ts).
    const gaps = done.filter(({ meta }) => meta?.gap).length
    counts.gaps += gaps
    counts.passed += done.length - gaps
  }
  return suites
}

function playwrightCounts({ stats, suites, errors = [] }) {
  const failures = suites
    .flatMap(specsOf)
    .filter(({ ok, tests }) => !ok || tests.some((test) => test.status === 'flaky'))
  return {
    passed: stats.expected,
    gaps: 0,
    failures: [
      ...failures.map(({ file, title, tests }) => `e2e/${file}: ${title}: ${firstLine(errorOf(tests))}`),
      ...errors.map(({ message }) => `e2e: ${firstLine(message)}`),
    ],
  }
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

function errorOf(tests) {
  return tests.flatMap(({ results }) => results).find(({ error }) => error)?.error.message
}

function firstLine(message = '') {
  // oxlint-disable-next-line no-control-regex -- playwright colours its messages
  return message
    .replaceAll(/\u001B\[[\d;]*m/g, '')
    .split('\n')[0]
    .slice(0, 300)
}
