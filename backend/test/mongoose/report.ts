import { apart } from './files.ts'
import type { TestResult } from './file.child.ts'
import type { FileResult } from './run.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
  missed: number
}

/** One line for a file, and one for each test of it that failed. */
export function fileReport(result: FileResult): string {
  const { file, tests, end, seconds } = result
  const failed = tests.filter(({ state }) => state === 'failed')
  const lines = [`${file}: ${counted(countOf(result))} (${seconds.toFixed(1)} s)`]
  if (end !== undefined) lines.push(`    ${indented(end)}`)
  for (const { title, error = '' } of failed) lines.push(`    ${title}\n        ${indented(error)}`)
  return `${lines.join('\n')}\n`
}

/** Totals, the reasons of the failures, and the files that were not run. */
export function summary(results: readonly FileResult[], files: readonly string[]): string {
  const total = results.map(countOf).reduce((sum, count) => ({
    passed: sum.passed + count.passed,
    failed: sum.failed + count.failed,
    skipped: sum.skipped + count.skipped,
    missed: sum.missed + count.missed,
  }))
  const failed = results.flatMap(({ tests }) => tests.filter(({ state }) => state === 'failed'))
  const unrun = files.flatMap((file) => (apart(file) === undefined ? [] : [`    ${file}: ${apart(file)}`]))
  return [
    `\nTotal: ${counted(total)}`,
    ...(failed.length === 0 ? [] : ['Failed for', ...reasons(failed)]),
    ...(unrun.length === 0 ? [] : ['Not run', ...unrun]),
    '',
  ].join('\n')
}

/** Counts failures by the feature that the engine says it lacks. */
function reasons(failed: readonly TestResult[]): string[] {
  const counts = new Map<string, number>()
  for (const { error = '' } of failed) {
    const lacking = /(?:^|: )(?:\w*Error: )?([^:\n]*?) (?:is|are) not supported by the embedded engine/.exec(error)?.[1] ?? 'other reasons'
    counts.set(lacking, (counts.get(lacking) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `    ${count} ${reason}`)
}

function countOf({ tests, missed }: FileResult): Count {
  const count = (state: TestResult['state']): number => tests.filter((test) => test.state === state).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), missed }
}

function counted({ passed, failed, skipped, missed }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped by themselves${missed > 0 ? `, ${missed} not reached` : ''}`
}

function indented(text: string): string {
  return text.trim().replaceAll('\n', '\n        ')
}
