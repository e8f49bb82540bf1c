import { expect, test } from 'vitest'
import { isSetupCode, setupCodeOf } from '../../src/accounts/setupCode.service.ts'
import { call } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'

const SECRET = 'for these tests only: forty characters here'

test.each([
  ['on this machine only', { host: '127.0.0.1', trustProxy: 0, setupCode: undefined }, false],
  ['on localhost only', { host: 'localhost', trustProxy: 0, setupCode: undefined }, false],
  ['on every interface', { host: undefined, trustProxy: 0, setupCode: undefined }, true],
  ['on an address of the network', { host: '192.0.2.7', trustProxy: 0, setupCode: undefined }, true],
  ['behind a proxy of this machine', { host: '127.0.0.1', trustProxy: 1, setupCode: undefined }, true],
  ['whose operator wants none', { host: undefined, trustProxy: 0, setupCode: 'off' }, false],
] as const)('a server %s needs a setup code: %o', (_, config, needsCode) => {
  const code = setupCodeOf(config, SECRET)
  if (needsCode) expect(code).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
  else expect(code).toBeNull()
  // Every node and every start has the same code.
  expect(setupCodeOf(config, SECRET)).toBe(code)
})

test('the code may be typed in small letters and without its hyphen', () => {
  expect(isSetupCode('ABCDE-12345', ' abcde12345 ')).toBe(true)
  expect(isSetupCode('ABCDE-12345', 'ABCDE-12346')).toBe(false)
  expect(isSetupCode('ABCDE-12345', '')).toBe(false)
})

test('the first account needs the setup code, becomes the admin, and no later account needs it', async () => {
  const server = await startServer({ setupCode: 'open sesame' })
  const signup = (username: string, more: object) =>
    call(server, 'POST', '/api/auth/signup', undefined, {
      username,
      fullName: username,
      email: `${username}@example.org`,
      password: 'correct horse',
      ...more,
    })
  const info = async () => (await call(server, 'GET', '/api/auth/registration')).body
  expect(await info()).toMatchObject({ firstAccount: 'setupCode' })
  expect(await server.app.setupCode()).toBe('open sesame')
  for (const more of [{}, { setupCode: 'a guess' }])
    expect(await signup('eve', more)).toMatchObject({ status: 403, body: { reason: 'setup_code_not_valid' } })
  expect(await signup('ada', { setupCode: 'open sesame' })).toMatchObject({ body: { user: { role: 'admin' } } })
  expect(await info()).toMatchObject({ firstAccount: null })
  expect(await server.app.setupCode()).toBeNull()
  expect(await signup('eve', {})).toMatchObject({ status: 201, body: { user: { role: 'member' } } })
})
