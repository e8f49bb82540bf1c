import { createHmac, timingSafeEqual } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { Config } from '../config.ts'

/** Without the letters and digits that look alike (Crockford's base 32, https://www.crockford.com/base32.html). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 50 random bits. The limit of signups lets an attacker try 200 an hour. */
const CHARACTERS = 10

/**
 * Returns the code that the first account, which becomes the admin, needs; null when it needs none. Without a code, the
 * first visitor of a new server would own it, also a stranger. A server that only this machine can reach needs no code.
 * @param secret the secret of the access tokens: with it, every node and every start has the same code
 */
export function setupCodeOf(
  { host, trustProxy, setupCode }: Pick<Config, 'host' | 'trustProxy' | 'setupCode'>,
  secret: string,
): string | null {
  if (setupCode === 'off') return null
  if (setupCode !== undefined) return setupCode
  if (trustProxy === 0 && isLoopback(host)) return null
  const bytes = createHmac('sha256', secret).update('parley setup code').digest()
  const code = Array.from(bytes.subarray(0, CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return `${code.slice(0, CHARACTERS / 2)}-${code.slice(CHARACTERS / 2)}`
}

/** Compares a typed code, without regard to case, spaces and hyphens. */
export function isSetupCode(expected: string, typed: string): boolean {
  const [a, b] = [expected, typed].map((code) => Buffer.from(code.replace(/[\s-]/g, '').toUpperCase()))
  return a !== undefined && b !== undefined && a.length === b.length && timingSafeEqual(a, b)
}

function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
