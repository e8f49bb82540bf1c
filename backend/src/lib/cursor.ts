import type { z } from 'zod'
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
