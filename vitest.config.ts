import { defineConfig } from 'vitest/config'
import { projects as engine } from './backend/engine/vitest.config.ts'
import { projects as server } from './backend/vitest.config.ts'
import { projects as page } from './frontend/vitest.config.ts'
import { reportAs } from './testing/progress.reporter.ts'

/* All suites in one run, so that no processor waits while another suite has files left. */
export default defineConfig({
  test: { projects: [...engine, ...server, ...page], maxWorkers: 2, ...reportAs('suites') },
})
