import { beforeEach, expect, it, type RunnerTask } from 'vitest'

/** Something that a server is known not to do as MongoDB does. */
export interface Gap {
  reason: string
  /** Titles of cases below the suite, such as `filters > $expr, with indexes`. */
  cases: readonly string[]
  /** These cases hang, or pass and fail by chance, so they do not run. All others must fail, or the list is not true. */
  leftOut?: true
}

/**
 * Call it in the suite to which the titles belong. A case that is listed and passes, and a title that is no case's,
 * fail the run.
 * @param suite how the title of the suite ends
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
    // As `it.fails`, which the cases cannot say of themselves. CI counts them apart by what the report carries.
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
