import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { messages } from './vite/messages.plugin.ts'

const results = process.env['TEST_RESULTS']

export default defineConfig({
  plugins: [messages(), react()],
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://localhost/' } },
    include: ['test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    restoreMocks: true,
    mockReset: true,
    testTimeout: 15_000,
    // CI adds up what all runners report.
    reporters: results ? ['default', ['json', { outputFile: `${results}/frontend.json` }]] : ['default'],
  },
})
