import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { scratchDirectory } from './helpers/scratchDirectory.ts'
import type { FullReport } from './helpers/full.child.ts'

const CHILD = fileURLToPath(new URL('./helpers/full.child.ts', import.meta.url))
const DISK = 'size=16m'
const LIMITED =
  /^Reading or writing the database file .*parley\.db failed\. Check whether the disk or this user.s quota is full/

/**
 * The ways in which a process gets its own disk, as root or as a user with that right. Undefined if the system allows
 * none.
 */
const OWN_DISK = [['--mount'], ['--user', '--map-root-user', '--mount']].find((options) => {
  try {
    execFileSync('unshare', [...options, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

// Only Linux can take space away from one process and give it back.
describe.runIf(process.platform === 'linux')('a server without disk space', () => {
  it(
    'reports the full disk, loses nothing, still reads, and writes again when there is space',
    { timeout: 60_000 },
    async () => {
      const report = OWN_DISK === undefined ? await run('limit') : await run('disk', OWN_DISK)
      expectUnharmed(report)
      for (const message of report.messages)
        expect(message).toMatch(
          OWN_DISK === undefined ? LIMITED : /^The disk is full: the database file .*parley\.db cannot grow/,
        )
      expect(report.startWhenFull).toMatch(OWN_DISK === undefined ? /^not tried$/ : /^(?:started|.* full.*)$/)
    },
  )

  it('does the same at a limit for the size of files', { timeout: 60_000 }, async () => {
    const report = await run('limit')
    expectUnharmed(report)
    for (const message of report.messages) expect(message).toMatch(LIMITED)
  })
})

function expectUnharmed(report: FullReport): void {
  expect(report.acknowledged).toBeGreaterThan(100)
  expect(report.messages.length).toBeGreaterThan(0)
  expect(report).toMatchObject({ missingWhileFull: [], missingInTheEnd: [], halves: [], problems: [], afterwards: 500 })
}

async function run(how: 'disk' | 'limit', unshare: readonly string[] = []): Promise<FullReport> {
  const directory = join(scratchDirectory(), 'disk')
  mkdirSync(directory)
  const program = [process.execPath, '--import', 'tsx', CHILD, directory, how]
  const [command = '', ...args] =
    how === 'limit'
      ? program
      : [
          'unshare',
          ...unshare,
          'sh',
          '-c',
          'mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"',
          DISK,
          directory,
          ...program,
        ]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect(errors).toBe('')
  return JSON.parse(output) as FullReport
}
