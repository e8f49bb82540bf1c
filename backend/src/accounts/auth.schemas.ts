import { z } from 'zod'
import { codePoints, LIMITS, USERNAME_PATTERN } from '../contract/index.ts'
import { hasUnprintable, normalizeEmail } from '../lib/text.ts'

/** The rules for the fields of an account. Each schema parses to the form that is stored. */

export const usernameSchema = text('must be a username')
  .transform((value) => value.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .refine(
        (value) => within(value, LIMITS.usernameMin, LIMITS.usernameMax),
        `must have ${LIMITS.usernameMin} to ${LIMITS.usernameMax} characters`,
      )
      .regex(
        USERNAME_PATTERN,
        'may have letters, digits, dot, hyphen and underscore, and must begin and end with a letter or digit',
      ),
  )

export const fullNameSchema = text('must be a name')
  .refine((value) => !hasUnprintable(value), 'has characters that cannot be shown')
  .transform((value) => value.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .refine((value) => within(value, 1, LIMITS.fullNameMax), `must have 1 to ${LIMITS.fullNameMax} characters`)
      .regex(/[\p{L}\p{N}\p{S}\p{P}]/u, 'must have something to see'),
  )

/** May have several lines; may be empty. */
export const bioSchema = text('must be a text')
  .refine((value) => value.isWellFormed(), 'must be valid Unicode')
  .transform((value) => value.trim())
  .refine((value) => codePoints(value) <= LIMITS.bioMax, `must have at most ${LIMITS.bioMax} characters`)

/** Has one line; may be empty. */
export const statusTextSchema = text('must be a text')
  .refine((value) => !hasUnprintable(value), 'has characters that cannot be shown')
  .transform((value) => value.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .refine((value) => codePoints(value) <= LIMITS.statusTextMax, `must have at most ${LIMITS.statusTextMax} characters`)

/** Checks the form only: only a letter to the address could prove that it exists. */
export const emailSchema = text('must be an e-mail address')
  .transform(normalizeEmail)
  .pipe(
    z
      .string()
      .refine((value) => codePoints(value) <= LIMITS.emailMax, `must have at most ${LIMITS.emailMax} characters`)
      .refine(
        (value) =>
          !hasUnprintable(value) &&
          /^[^\s@<>()[\]\\,;:"]+@[^\s@.<>()[\]\\,;:"]+(?:\.[^\s@.<>()[\]\\,;:"]+)+$/u.test(value),
        'must be an e-mail address, such as ada@example.org',
      ),
  )

export const newPasswordSchema = text('must be text')
  .refine(
    (value) => codePoints(preparePassword(value)) >= LIMITS.passwordMin,
    `must have at least ${LIMITS.passwordMin} characters`,
  )
  .refine(
    passwordFits,
    `must have at most ${LIMITS.passwordMaxBytes} bytes (accented letters take 2, emoji 4) and no zero byte`,
  )
  .transform(preparePassword)

/**
 * Returns the NFC form. Keyboards and systems compose accents differently, and the same typed password must give the
 * same bytes.
 */
export function preparePassword(password: string): string {
  return password.normalize('NFC')
}

/**
 * Tells whether bcrypt reads all of the password. It reads 72 bytes only, and repeats a shorter password with a zero
 * byte in between. A longer password would match by its beginning, and `a` would match `a\0a`.
 */
export function passwordFits(password: string): boolean {
  return Buffer.byteLength(preparePassword(password)) <= LIMITS.passwordMaxBytes && !password.includes('\0')
}

function text(error: string) {
  return z.string({ error })
}

function within(value: string, min: number, max: number): boolean {
  const length = codePoints(value)
  return length >= min && length <= max
}
