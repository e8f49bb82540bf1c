import jwt from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { accessTokenOf } from '../../src/lib/auth/access.ts'
import { accessTokens, newRefreshToken, readRefreshToken } from '../../src/lib/auth/tokens.ts'

const SECRET = 'thirty-two characters, or a few more'
const actor = { userId: '0123456789abcdef01234567', sessionId: 'fedcba987654321001234567' } as const
const claims = { sub: actor.userId, sid: actor.sessionId, iss: 'parley' }
const tokens = accessTokens(SECRET, 900)

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
    const cookies = { other: '1', parley_access: 'from-cookie' }
    expect(accessTokenOf({ headers: { authorization: 'Bearer from-header' }, cookies })).toBe('from-header')
    expect(accessTokenOf({ headers: { authorization: 'bearer from-header' } })).toBe('from-header')
    expect(accessTokenOf({ headers: {}, cookies })).toBe('from-cookie')
    expect(accessTokenOf({ headers: { authorization: 'Basic cHJveHk6cGFzcw==' }, cookies })).toBe('from-cookie')
    expect(accessTokenOf({ headers: {}, cookies: { parley_access: '' } })).toBeUndefined()
    expect(accessTokenOf({ headers: {}, cookies: { parley_access: { an: 'object' } } })).toBeUndefined()
    expect(accessTokenOf({ headers: {} })).toBeUndefined()
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
