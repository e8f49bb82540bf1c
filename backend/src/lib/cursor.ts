import { z } from 'zod'
import { invalidField } from './errors.ts'

/** Returns an opaque cursor for a place in a list. The client sends it back to get the next page. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/**
 * Reads a cursor. @throws AppError `invalid_input` naming `cursor` when `encodeCursor` did not make it of such a place
 */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw invalidField('cursor', 'must_be_cursor')
  }
}

/** Checks a time in a cursor: milliseconds since 1970, at most the last that a Date can hold (ECMA-262 section 21.4.1.1). */
export const timePlace = z.number().int().min(0).max(8.64e15)
