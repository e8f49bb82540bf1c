import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { reportAs } from '../testing/progress.reporter.ts'

const root = import.meta.dirname
const FAULTS = 'test/**/*.faults.test.ts'
/** The condition by which `parley-engine` is its sources, which need no build. */
const SOURCES = 'parley-source'

/** The files that replace modules. Each needs a process in which no other file has loaded these modules. */
const mocking = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.faults.test.ts'))
  .map((name) => join('test', name))
  .filter((name) => /\bvi\.mock\(/.test(readFileSync(join(root, name), 'utf8')))

const common = {
  root,
  // For the commands that the tests start.
  env: { NODE_OPTIONS: `--conditions=${SOURCES}` },
  testTimeout: 20_000,
  hookTimeout: 30_000,
}
const ssr = { resolve: { conditions: [SOURCES, 'node', 'development|production'] } }

export const projects: TestProjectInlineConfiguration[] = [
  {
    ssr,
    test: {
      ...common,
      name: 'server',
      include: ['test/**/*.test.ts'],
      exclude: [FAULTS, ...mocking],
      globalSetup: ['../testing/memory.setup.ts', 'test/helpers/programs.setup.ts', 'test/helpers/queue.setup.ts'],
      // One process loads the server once and runs many files.
      isolate: false,
    },
  },
  { ssr, test: { ...common, name: 'server with mocks', include: mocking } },
  {
    ssr,
    test: {
      ...common,
      name: 'server faults',
      include: [FAULTS],
      globalSetup: ['test/helpers/programs.setup.ts', 'test/helpers/queue.setup.ts'],
    },
  },
]

export default defineConfig({ test: { projects, maxWorkers: 2, ...reportAs('backend') } })
