import { defineConfig } from '@playwright/test'
import { findChromium } from './browser.ts'

const results = process.env['TEST_RESULTS']

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // Each test has a server and a store of its own; two at once keep two cores busy.
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env['CI']),
  // CI adds up what all runners report.
  reporter: results ? [['list'], ['json', { outputFile: `${results}/e2e.json` }]] : [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    colorScheme: 'light',
    // A trace of each test doubles its time; a failing one is run again by hand with --trace on.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findChromium(),
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
})
