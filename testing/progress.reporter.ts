import { DefaultReporter, type TestModule, type TestSpecification, type TestUserConfig } from 'vitest/node'

/** How long a passed test may take before it gets a line of its own. */
const SLOW_MS = 10_000

/** How often a count is printed where no terminal shows one. */
const COUNT_MS = 5000

/**
 * The options by which all suites report.
 * @param name of the report for CI, in the folder TEST_RESULTS; TEST_RESULTS_NAME tells two runs of a suite apart
 */
export function reportAs(name: string): Pick<TestUserConfig, 'reporters' | 'slowTestThreshold'> {
  const results = process.env['TEST_RESULTS']
  const file = `${[name, process.env['TEST_RESULTS_NAME']].filter(Boolean).join('-')}.json`
  return {
    slowTestThreshold: SLOW_MS,
    reporters: results
      ? [new ProgressReporter(), ['json', { outputFile: `${results}/${file}` }]]
      : [new ProgressReporter()],
  }
}

/** Prints a line for each file that ends, and every few seconds how far the run is. */
class ProgressReporter extends DefaultReporter {
  #files = 0
  #ended = 0
  #passed = 0
  #failed = 0
  #printedAt = 0
  #begun = 0

  override onTestRunStart(specifications: ReadonlyArray<TestSpecification>): void {
    super.onTestRunStart(specifications)
    this.#files = specifications.length
    this.#begun = this.#printedAt = performance.now()
  }

  override onTestModuleEnd(module: TestModule): void {
    super.onTestModuleEnd(module)
    this.#ended += 1
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') this.#passed += 1
      if (state === 'failed') this.#failed += 1
    }
    const now = performance.now()
    if (this.isTTY || now - this.#printedAt < COUNT_MS) return
    this.#printedAt = now
    this.log(
      `   ${this.#ended} of ${this.#files} files: ${this.#passed} passed, ${this.#failed} failed ` +
        `(${Math.round((now - this.#begun) / 1000)} s)`,
    )
  }
}
