import { expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { scratchDirectory } from '../operations/helpers.ts'
import { configOf } from '../helpers/startServer.ts'

it.each([
  [0, 1],
  [1, 0],
])('with TRUST_PROXY=%i the log warns %i times of a proxy that names its client', async (trustProxy, warnings) => {
  const lines: string[] = []
  const logger = createLogger('warn', { write: (line: string) => void lines.push(line) })
  const app = await createApp({ ...configOf(scratchDirectory()), trustProxy }, logger)
  onTestFinished(() => app.close())
  const url = `http://127.0.0.1:${await app.listen()}/api/auth/registration`
  await fetch(url)
  const before = lines.length
  for (let index = 0; index < 3; index += 1) await fetch(url, { headers: { 'x-forwarded-for': '192.0.2.1' } })
  expect(lines.slice(before).filter((line) => line.includes('TRUST_PROXY'))).toHaveLength(warnings)
})
