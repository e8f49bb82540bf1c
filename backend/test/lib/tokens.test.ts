import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { accessTokenOf } from '../../src/lib/auth/access.ts'
import { createSessionCookies } from '../../src/lib/auth/cookies.ts'
import { accessTokens, newRefreshToken, readRefreshToken } from '../../src/lib/auth/tokens.ts'

const SECRET = 'thirty-two characters, or a few more'
const actor = { userId: '0123456789abcdef01234567', sessionId: 'fedcba987654321001234567' } as const
const claims = { sub: actor.userId, sid: actor.sessionId, iss: 'parley' }
const tokens = accessTokens(SECRET, 900)

/** Reads the token of a request at the server with the id 0a. */
const read = (headers: Record<string, string>, cookies?: Record<string, unknown>) =>
  accessTokenOf({ headers, ...(cookies && { cookies }) }, createSessionCookies('0a'))

describe('access tokens', () => {
  it('carry the user who acts, until they expire', () => {
    const { token, expiresAt } = tokens.issue(actor)
    expect(tokens.verify(token)).toEqual(actor)
    expect(jwt.decode(token)).toMatchObject({ ...claims, exp: expiresAt.getTime() / 1000 })
    expect(Math.abs(expiresAt.getTime() - Date.now() - 900_000)).toBeLessThan(2000)
  })

  it.each([
    ['nonsense', 'a.b.c'],
    ['nothing', ''],
    ['expired', jwt.sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 }, SECRET)],
    ['of another secret', jwt.sign(claims, `${SECRET}!`, { expiresIn: 60 })],
    ['unsigned', jwt.sign(claims, '', { algorithm: 'none', expiresIn: 60 })],
    ['of another algorithm', jwt.sign(claims, SECRET.repeat(3), { algorithm: 'HS512', expiresIn: 60 })],
    ['of HS512 with our secret', jwt.sign(claims, SECRET, { algorithm: 'HS512', expiresIn: 60 })],
    ['of another issuer', jwt.sign({ ...claims, iss: 'other' }, SECRET, { expiresIn: 60 })],
    ['without a session', jwt.sign({ sub: actor.userId, iss: 'parley' }, SECRET, { expiresIn: 60 })],
    ['with an id that is an object', jwt.sign({ ...claims, sid: { $ne: null } }, SECRET, { expiresIn: 60 })],
  ])('that are %s are refused', (_, token) => {
    expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
  })

  it('without an expiry are refused', () => {
    expect(() => tokens.verify(jwt.sign(claims, SECRET))).toThrow(expect.objectContaining({ code: 'unauthenticated' }))
  })

  it('are read from the header first, then from the cookie', () => {
    const cookies = { other: '1', parley_access_0a: 'from-cookie' }
    expect(read({ authorization: 'Bearer from-header' }, cookies)).toBe('from-header')
    expect(read({ authorization: 'bearer from-header' })).toBe('from-header')
    expect(read({}, cookies)).toBe('from-cookie')
    expect(read({ authorization: 'Basic cHJveHk6cGFzcw==' }, cookies)).toBe('from-cookie')
    expect(read({}, { parley_access_0a: '' })).toBeUndefined()
    expect(read({}, { parley_access_0a: { an: 'object' } })).toBeUndefined()
    expect(read({})).toBeUndefined()
  })

  it("[E9] are read from this server's cookie, one over HTTPS first, and from one of an earlier version last", () => {
    const former = { parley_access: 'former', parley_access_0b: 'of another server' }
    expect(read({}, former)).toBe('former')
    expect(read({}, { ...former, parley_access_0a: 'plain' })).toBe('plain')
    expect(read({}, { ...former, parley_access_0a: 'plain', '__Host-parley_access_0a': 'secure' })).toBe('secure')
  })
})

describe('refresh tokens', () => {
  it('are read back to the session and the stored hash, never to the secret', () => {
    const { token, hash } = newRefreshToken(actor.sessionId)
    expect(readRefreshToken(token)).toEqual({ sessionId: actor.sessionId, hash })
    expect(token).not.toContain(hash)
    expect(newRefreshToken(actor.sessionId).token).not.toBe(token)
  })

  it.each([
    '',
    'x',
    `${actor.sessionId}.`,
    `${actor.sessionId}.short`,
    `${'z'.repeat(24)}.${'a'.repeat(43)}`,
    `${actor.sessionId}.${'a'.repeat(44)}`,
  ])('such as %j are refused', (token) => {
    expect(readRefreshToken(token)).toBeNull()
  })
})
