import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Knows the browsers in which a user has signed in before. Failed logins in such a browser are counted apart, so that strangers behind the
 * same address, who guess the user's password, cannot keep the user out there. A browser has one cookie for all its users:
 * `<userId>.<device>.<signature>` for each, with `~` between them. It gives no right but to be counted apart.
 * https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
 */
export interface DeviceTokens {
  /** Returns the cookie of a browser in which this user has signed in now. Other users of the browser stay in it. */
  add(userId: string, cookie: string | undefined): string
  /** Returns the id of the browser for this user; null when the user has not signed in there. */
  deviceOf(userId: string, cookie: string | undefined): string | null
}

/** A family or a shift may share a browser. */
const USERS_MAX = 5
const ENTRY = /^([0-9a-f]{24})\.([\w-]{22})\.([\w-]{43})$/

/** Creates the tokens of the server. @param secret from accounts/jwtSecret.store.ts */
export function createDeviceTokens(secret: string): DeviceTokens {
  const sign = (userId: string, device: string) =>
    createHmac('sha256', secret).update(`device ${userId} ${device}`).digest('base64url')

  /** Returns the entries that this server has made. */
  function entriesIn(cookie = ''): { userId: string; device: string; text: string }[] {
    return cookie.split('~', USERS_MAX).flatMap((text) => {
      const [, userId = '', device = '', signature = ''] = ENTRY.exec(text) ?? []
      const isOurs = userId !== '' && timingSafeEqual(Buffer.from(signature), Buffer.from(sign(userId, device)))
      return isOurs ? [{ userId, device, text }] : []
    })
  }

  return {
    add(userId, cookie) {
      const entries = entriesIn(cookie)
      const device = entries.find((entry) => entry.userId === userId)?.device ?? randomBytes(16).toString('base64url')
      const others = entries.filter((entry) => entry.userId !== userId).map(({ text }) => text)
      return [`${userId}.${device}.${sign(userId, device)}`, ...others].slice(0, USERS_MAX).join('~')
    },
    deviceOf: (userId, cookie) => entriesIn(cookie).find((entry) => entry.userId === userId)?.device ?? null,
  }
}
