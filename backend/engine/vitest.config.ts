import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { reportAs } from '../../testing/progress.reporter.ts'

const root = import.meta.dirname
const FAULTS = 'test/**/*.faults.test.ts'
const common = { root, testTimeout: 20_000, hookTimeout: 30_000 }

export const projects: TestProjectInlineConfiguration[] = [
  {
    test: {
      ...common,
      name: 'engine',
      include: ['test/**/*.test.ts'],
      exclude: [FAULTS],
      globalSetup: '../../testing/memory.setup.ts',
      // One process loads the engine once and runs many files.
      isolate: false,
    },
  },
  { test: { ...common, name: 'engine faults', include: [FAULTS] } },
]

export default defineConfig({ test: { projects, maxWorkers: 2, ...reportAs('engine') } })
