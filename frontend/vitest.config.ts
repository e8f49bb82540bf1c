import react from '@vitejs/plugin-react'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { reportAs } from '../testing/progress.reporter.ts'
import { messages } from './vite/messages.plugin.ts'

export const projects: TestProjectInlineConfiguration[] = [
  {
    plugins: [messages(), react()],
    test: {
      root: import.meta.dirname,
      name: 'page',
      environment: 'jsdom',
      environmentOptions: { jsdom: { url: 'http://localhost/' } },
      include: ['test/**/*.test.{ts,tsx}'],
      setupFiles: ['test/setup.ts'],
      restoreMocks: true,
      mockReset: true,
      testTimeout: 15_000,
    },
  },
]

export default defineConfig({ test: { projects, maxWorkers: 2, ...reportAs('frontend') } })
