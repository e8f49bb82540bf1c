import { defineConfig } from 'vitest/config'

const results = process.env['TEST_RESULTS']
const name = process.env['TEST_RESULTS_NAME'] ?? 'backend'

/** The condition by which `parley-engine` is its sources, which need no build. */
const SOURCES = 'parley-source'

export default defineConfig({
  ssr: { resolve: { conditions: [SOURCES, 'node', 'development|production'] } },
  test: {
    // For the servers and commands that the tests start.
    env: { NODE_OPTIONS: `--conditions=${SOURCES}` },
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/helpers/queue.ts',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // CI adds up what all runners report.
    reporters: results ? ['default', ['json', { outputFile: `${results}/${name}.json` }]] : ['default'],
  },
})
