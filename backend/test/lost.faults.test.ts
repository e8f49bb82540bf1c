import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { programOf } from './helpers/programs.ts'

const SERVER = fileURLToPath(new URL('../src/index.ts', import.meta.url))
const END_STORAGE = fileURLToPath(new URL('./helpers/endStorage.ts', import.meta.url))

/**
 * Starts the real server with `endStorage`. Returns the printed lines so far, and a function that waits for a line with
 * a text.
 */
async function start(dataDir: string) {
  const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', DATA_DIR: dataDir, PORT: '0', HOST: '127.0.0.1' }
  const child = spawn(process.execPath, ['--import', programOf(END_STORAGE), programOf(SERVER)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const lines: string[] = []
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (line.startsWith('Parley is ready')) resolve()
    })
  })
  await Promise.race([ready, exited])
  return { child, lines, exited }
}

test(
  'a server whose storage thread dies logs it and ends with code 1, and can start again',
  { timeout: 60_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-lost-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const { child, lines, exited } = await start(dataDir)
    child.kill('SIGUSR2')
    const [code] = await exited
    expect(code).toBe(1)
    const fatal = lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: number; msg: string })
    expect(fatal).toContainEqual(
      expect.objectContaining({
        level: 60,
        msg: expect.stringMatching(/writes the database has ended.*start it again/) as unknown,
      }),
    )
    const again = await start(dataDir)
    expect(again.lines.at(-1)).toMatch(/^Parley is ready/)
    again.child.kill('SIGTERM')
    expect(await again.exited).toEqual([0, null])
  },
)
