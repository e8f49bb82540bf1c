import { beforeEach, expect, it, type RunnerTask } from 'vitest'

/** A known difference between a server and MongoDB. */
export interface Gap {
  reason: string
  /** The titles of cases below the suite, such as `filters > $expr, with indexes`. */
  cases: readonly string[]
  /**
   * These cases hang, or pass and fail by chance, so they are skipped. All other cases must fail, or the list is wrong.
   */
  leftOut?: true
}

/**
 * Marks the listed cases as expected failures. Call it in the suite that the titles belong to. A listed case that
 * passes, and a title without a case, fail the run.
 * @param suite the end of the suite's title
 */
export function expectGaps(gaps: readonly Gap[], suite: string): void {
  if (gaps.length === 0) return
  const gapOf = new Map(gaps.flatMap((gap) => gap.cases.map((title) => [title, gap])))
  const titleOf = ({ fullTestName = '' }: RunnerTask): string =>
    fullTestName.slice(fullTestName.indexOf(suite) + `${suite} > `.length)

  beforeEach(({ task, skip }) => {
    const gap = gapOf.get(titleOf(task))
    if (gap === undefined) return
    if (gap.leftOut) skip(gap.reason)
    // This does the same as `it.fails`, which a case cannot call for itself. CI reads `gap` in the report and counts
    // these cases separately.
    Object.assign(task, { fails: true, meta: { ...task.meta, gap: gap.reason } })
  })

  it('every known gap is the title of one case', ({ task }) => {
    const titles = casesOf(task.suite?.tasks ?? []).map(titleOf)
    const listed = gaps.flatMap(({ cases }) => cases)
    expect(listed.filter((title) => titles.filter((each) => each === title).length !== 1)).toEqual([])
    expect(listed.toSorted()).toEqual([...gapOf.keys()].toSorted())
  })
}

function casesOf(tasks: readonly RunnerTask[]): RunnerTask[] {
  return tasks.flatMap((task) => (task.type === 'suite' ? casesOf(task.tasks) : [task]))
}
