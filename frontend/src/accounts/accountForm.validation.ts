import { codePoints, LIMITS, USERNAME_PATTERN } from 'backend/contract'

/** What the page can tell of a value before the server does: undefined when nothing is wrong, else a sentence. */

export function checkFullName(value: string): string | undefined {
  const length = codePoints(value.trim())
  if (length === 0) return 'Enter your name.'
  return length > LIMITS.fullNameMax ? `Use at most ${LIMITS.fullNameMax} characters.` : undefined
}

export function checkUsername(value: string): string | undefined {
  const name = value.trim().normalize('NFC')
  const length = codePoints(name)
  if (length === 0) return 'Choose a username.'
  if (length < LIMITS.usernameMin) return `Use at least ${LIMITS.usernameMin} characters.`
  if (length > LIMITS.usernameMax) return `Use at most ${LIMITS.usernameMax} characters.`
  return USERNAME_PATTERN.test(name)
    ? undefined
    : 'Use letters, digits, dots, hyphens and underscores, with a letter or digit at each end.'
}

/** Only what cannot be an address is refused; whether it is one, only a letter to it would show. */
export function checkEmail(value: string): string | undefined {
  const address = value.trim()
  if (address === '') return 'Enter your e-mail address.'
  if (address.length > LIMITS.emailMax) return `Use at most ${LIMITS.emailMax} characters.`
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u.test(address) ? undefined : 'Enter an address like name@example.org.'
}

export function checkNewPassword(value: string): string | undefined {
  if (value === '') return 'Choose a password.'
  if (codePoints(value) < LIMITS.passwordMin) return `Use at least ${LIMITS.passwordMin} characters.`
  // In bytes: an accented letter counts two, an emoji four.
  const bytes = new TextEncoder().encode(value).length
  return bytes > LIMITS.passwordMaxBytes
    ? `That is too long: ${bytes} bytes where ${LIMITS.passwordMaxBytes} fit.`
    : undefined
}
