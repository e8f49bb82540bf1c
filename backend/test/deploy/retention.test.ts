import { expect, it, vi } from 'vitest'
import { person } from '../helpers/people.ts'
import { startNode } from '../helpers/startServer.ts'

interface Lambda {
  handler: (event: unknown, context: { getRemainingTimeInMillis: () => number }) => Promise<{ state: string }>
}

const AWS = new URL('../../deploy/aws/retention.mjs', import.meta.url).href
const TIME = { getRemainingTimeInMillis: () => 60_000 }

it('the Lambda signs in as an admin, starts the removal of old messages, waits for its end, and signs out', async () => {
  const server = await startNode()
  const ada = await person(server, 'ada')
  await ada.patch('/api/admin/settings', {
    retention: {
      direct: { days: 30, archive: false },
      group: { days: null, archive: false },
      broadcast: { days: null, archive: false },
    },
  })
  vi.stubEnv('PARLEY_URL', server.url)
  vi.stubEnv('PARLEY_LOGIN', 'ada')
  vi.stubEnv('PARLEY_PASSWORD', 'correct horse')
  const { handler } = (await import(AWS)) as Lambda
  expect(await handler({}, TIME)).toMatchObject({ state: 'done', problem: null })
  expect((await ada.get('/api/admin/retention/run')).body.state).toBe('done')

  vi.stubEnv('PARLEY_PASSWORD', 'wrong horse')
  await expect(handler({}, TIME)).rejects.toThrow(/401.*invalid_credentials/)
  vi.unstubAllEnvs()
})
