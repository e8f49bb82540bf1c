import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { reportAs } from '../testing/progress.reporter.ts'
import { messages } from './vite/messages.plugin.ts'

const root = import.meta.dirname

/** The files that use IndexedDB. Its copies of objects have other constructors than the objects of a context of its own. */
const storing = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.test\.tsx?$/.test(name))
  .map((name) => join('test', name))
  .filter((name) => /fake-indexeddb|helpers\/tabs\.ts/.test(readFileSync(join(root, name), 'utf8')))

const common = {
  root,
  environment: 'jsdom',
  environmentOptions: { jsdom: { url: 'http://localhost/' } },
  setupFiles: ['test/setup.ts'],
  restoreMocks: true,
  mockReset: true,
  testTimeout: 15_000,
}

export const projects: TestProjectInlineConfiguration[] = [
  {
    plugins: [messages(), react()],
    // The environment of vitest's contexts. A scan for dependencies does not know the macros of the catalogue.
    environments: { __vitest_vm__: { optimizeDeps: { noDiscovery: true } } },
    test: {
      ...common,
      name: 'page',
      include: ['test/**/*.test.{ts,tsx}'],
      exclude: storing,
      // A process loads jsdom once and runs many files, each in a context of its own.
      pool: 'vmForks',
      vmMemoryLimit: '1GB',
      // The browser's axios. The one for Node requires an ES module, which a context cannot load.
      alias: [{ find: /^axios$/, replacement: join(root, '../node_modules/axios/dist/esm/axios.js') }],
    },
  },
  { plugins: [messages(), react()], test: { ...common, name: 'page storage', include: storing } },
]

export default defineConfig({ test: { projects, maxWorkers: 2, ...reportAs('frontend') } })
