import { defineConfig } from 'vitest/config'

const results = process.env['TEST_RESULTS']
const name = process.env['TEST_RESULTS_NAME'] ?? 'backend'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/helpers/queue.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // CI adds up what all runners report.
    reporters: results ? ['default', ['json', { outputFile: `${results}/${name}.json` }]] : ['default'],
  },
})
