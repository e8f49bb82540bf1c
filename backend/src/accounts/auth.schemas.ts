import { z } from 'zod'
import {
  cleanUsername,
  codePoints,
  hasBadgeSign,
  hasPiledMarks,
  hasUnprintable,
  isUsername,
  LIMITS,
  MARKS_MAX,
} from '../contract/index.ts'
import { nameText, userLine, userText } from '../lib/schemas/textSchemas.ts'
import { mixesScripts } from '../lib/names/scripts.ts'
import { normalizeEmail } from '../lib/text.ts'
import { fieldCode, textSchema } from '../lib/validate.ts'

/** The rules for the fields of an account. Each schema parses to the form that is stored. */

export const usernameSchema = z
  .string()
  .transform(cleanUsername)
  .pipe(
    z
      .string()
      .refine(
        (value) => within(value, LIMITS.usernameMin, LIMITS.usernameMax),
        fieldCode('wrong_length', { min: LIMITS.usernameMin, max: LIMITS.usernameMax }),
      )
      .refine(isUsername, fieldCode('must_be_username'))
      .refine((value) => !hasPiledMarks(value), fieldCode('has_piled_marks', { max: MARKS_MAX }))
      .refine((value) => !mixesScripts(value), fieldCode('mixes_scripts')),
  )

export const fullNameSchema = nameText(LIMITS.fullNameMax).refine(
  (name) => !hasBadgeSign(name),
  fieldCode('has_badge_sign'),
)

/** May have several lines; may be empty. */
export const bioSchema = userText(LIMITS.bioMax)

/** Has one line; may be empty. */
export const statusTextSchema = z
  .string()
  .refine((value) => !hasUnprintable(value), fieldCode('has_unprintable_characters'))
  .pipe(userLine(LIMITS.statusTextMax))

/** Checks the form only: only a letter to the address could prove that it exists. */
export const emailSchema = z
  .string({ error: fieldCode('must_be_email') })
  .transform(normalizeEmail)
  .pipe(
    textSchema(LIMITS.emailMax).refine(
      (value) =>
        !hasUnprintable(value) &&
        /^[^\s@<>()[\]\\,;:"]+@[^\s@.<>()[\]\\,;:"]+(?:\.[^\s@.<>()[\]\\,;:"]+)+$/u.test(value),
      fieldCode('must_be_email'),
    ),
  )

export const newPasswordSchema = z
  .string()
  // UTF-8 has no lone surrogates: two passwords that differ in one would be the same bytes.
  .refine((value) => value.isWellFormed(), fieldCode('must_be_unicode'))
  .refine(
    (value) => codePoints(preparePassword(value)) >= LIMITS.passwordMin,
    fieldCode('too_short', { min: LIMITS.passwordMin }),
  )
  .refine(passwordFits, fieldCode('too_many_bytes', { max: LIMITS.passwordMaxBytes }))
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

function within(value: string, min: number, max: number): boolean {
  const length = codePoints(value)
  return length >= min && length <= max
}
