import { t } from '@lingui/core/macro'
import { cleanLine, cleanUsername, codePoints, hasBadgeSign, isUsername, LIMITS } from 'backend/contract'
import { fieldText } from '../lib/fieldErrorText.ts'
import { wrongCharacters } from '../lib/nameText.ts'

/** Checks the values of the account forms before the server does. Each check returns a sentence, or undefined for a valid value. */

/** Returns what is wrong with a full name; undefined when it is valid. */
export function checkFullName(value: string): string | undefined {
  const name = cleanLine(value)
  if (name === '') return t`Enter your name.`
  if (codePoints(name) > LIMITS.fullNameMax) return atMost(LIMITS.fullNameMax)
  return wrongCharacters(value) ?? (hasBadgeSign(name) ? fieldText('has_badge_sign') : undefined)
}

/** Returns what is wrong with a username; undefined when it is valid. */
export function checkUsername(value: string): string | undefined {
  const name = cleanUsername(value)
  const length = codePoints(name)
  if (length === 0) return t`Choose a username.`
  if (length < LIMITS.usernameMin) return atLeast(LIMITS.usernameMin)
  if (length > LIMITS.usernameMax) return atMost(LIMITS.usernameMax)
  return isUsername(name) ? wrongCharacters(name) : fieldText('must_be_username')
}

/** Refuses only impossible addresses. Only a letter could show whether an address exists. */
export function checkEmail(value: string): string | undefined {
  const address = value.trim()
  if (address === '') return t`Enter your e-mail address.`
  if (address.length > LIMITS.emailMax) return atMost(LIMITS.emailMax)
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u.test(address) ? undefined : t`Enter an address like name@example.org.`
}

/** Returns what is wrong with a new password; undefined when it is valid. */
export function checkNewPassword(value: string): string | undefined {
  if (value === '') return t`Choose a password.`
  if (codePoints(value) < LIMITS.passwordMin) return atLeast(LIMITS.passwordMin)
  // bcrypt reads bytes: an accented letter has two, an emoji four.
  const bytes = new TextEncoder().encode(value).length
  const maxBytes = LIMITS.passwordMaxBytes
  return bytes > maxBytes
    ? t`This password is too long: it has ${bytes} bytes, and ${maxBytes} are allowed.`
    : undefined
}

/** Returns the hint of a field for a new password. */
export function newPasswordHint(): string {
  const min = LIMITS.passwordMin
  return t`At least ${min} characters. A few words are better than one.`
}

const atLeast = (min: number): string => t`Use at least ${min} characters.`
const atMost = (max: number): string => t`Use at most ${max} characters.`
