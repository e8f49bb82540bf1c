import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const HOW_TO = `No Chromium was found. Get one with "npx playwright install chromium" or your system's package manager
("apt-get install chromium"), or set CHROMIUM_PATH to the one you have.`

/** A Chromium to drive: CHROMIUM_PATH, Playwright's own, or the system's. Ends the run with what to do when there is none. */
export function findChromium(): string {
  const given = process.env['CHROMIUM_PATH']
  const candidates = given
    ? [given]
    : [chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  const found = candidates.find((path) => existsSync(path))
  if (found) return found
  process.stderr.write(`${HOW_TO}\n`)
  process.exit(1)
}
