import { z } from 'zod'
import {
  cleanLine,
  cleanText,
  codePoints,
  hasPiledMarks,
  hasUnprintable,
  hasVisibleBase,
  LIMITS,
  MARKS_MAX,
} from '../../contract/index.ts'
import { idSchema, fieldCode, textSchema } from '../validate.ts'

/** Parses a text of several lines, such as a message, to the form that is stored. It may be empty. */
export const userText = (max: number) =>
  textSchema(max)
    .refine((text) => text.isWellFormed(), fieldCode('must_be_unicode'))
    .transform(cleanText)

/** Parses a text of one line, such as a title, to the form that is stored: line breaks become spaces. It may be empty. */
export const userLine = (max: number) =>
  z
    .string()
    .refine((text) => text.isWellFormed(), fieldCode('must_be_unicode'))
    .transform(cleanLine)
    .refine((line) => codePoints(line) <= max, fieldCode('too_long', { max }))

/** Parses the name of a user or a group to the form that is stored. */
export const nameText = (max: number) =>
  z
    .string()
    .refine((text) => !hasUnprintable(text), fieldCode('has_unprintable_characters'))
    .transform(cleanLine)
    .refine(hasVisibleBase, fieldCode('has_no_visible_character'))
    .refine((name) => codePoints(name) <= max, fieldCode('wrong_length', { min: 1, max }))
    .refine((name) => !hasPiledMarks(name), fieldCode('has_piled_marks', { max: MARKS_MAX }))

/** Checks an idempotency key of the client: new for each action, the same for a repeat of it. */
export const clientKey = z
  .string({ error: fieldCode('must_be_unique_key') })
  .min(1)
  .max(LIMITS.clientMessageIdMax)
  // The database stores lone surrogates as one and the same character, so two keys would be one.
  .refine((key) => key.isWellFormed(), fieldCode('must_be_unicode'))

/** Checks the ids of the uploads that go with a message. */
export const attachmentIds = z
  .array(idSchema)
  .max(LIMITS.attachmentsMax)
  .refine((ids) => new Set(ids).size === ids.length, fieldCode('has_duplicates'))

/** Checks a `seq` or a `rev` in a path or a query. */
export const place = z.coerce.number().int().min(0)
