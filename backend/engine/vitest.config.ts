import { defineConfig } from 'vitest/config'

const results = process.env['TEST_RESULTS']
// `npm run test:mongodb -w backend` runs in this workspace too and gives both the same name.
const name = ['engine', process.env['TEST_RESULTS_NAME']].filter(Boolean).join('-')

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // CI adds up what all runners report.
    reporters: results ? ['default', ['json', { outputFile: `${results}/${name}.json` }]] : ['default'],
  },
})
