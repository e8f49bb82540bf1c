import type { TestResult } from './file.child.ts'
import { excludedReason } from './files.ts'
import { reasons } from './reasons.ts'
import type { FileResult } from './run.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
  missed: number
}

/** Returns one line for a file and one for each of its failed tests. */
export function fileReport(result: FileResult): string {
  const { file, tests, end, seconds } = result
  const failed = tests.filter(({ state }) => state === 'failed')
  const lines = [`${file}: ${counted(countOf(result))} (${seconds.toFixed(1)} s)`]
  if (end !== undefined) lines.push(`    ${indented(end)}`)
  for (const { title, error = '' } of failed) lines.push(`    ${title}\n        ${indented(error)}`)
  return `${lines.join('\n')}\n`
}

/** Returns the totals, the reasons of the failures, and the files that were not run. */
export function summary(results: readonly FileResult[], files: readonly string[]): string {
  const total: Count = { passed: 0, failed: 0, skipped: 0, missed: 0 }
  for (const { passed, failed, skipped, missed } of results.map(countOf)) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    total.missed += missed
  }
  const failed = reasons(results).map(([reason, count]) => `    ${count} ${reason}`)
  const unrun = files.flatMap((file) =>
    excludedReason(file) === undefined ? [] : [`    ${file}: ${excludedReason(file)}`],
  )
  return [
    `\nTotal: ${counted(total)}`,
    ...(failed.length === 0 ? [] : ['Failed for', ...failed]),
    ...(unrun.length === 0 ? [] : ['Not run', ...unrun]),
    '',
  ].join('\n')
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
