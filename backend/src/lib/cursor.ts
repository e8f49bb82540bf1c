import type { z } from 'zod'
import { AppError } from './errors.ts'

/** An opaque place in a list, for the client to hand back. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws AppError `invalid_input` naming `cursor` for anything that `encodeCursor` did not make of such a place */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    const message = 'is not a cursor of this list'
    throw new AppError('invalid_input', `cursor: ${message}`, { errors: [{ field: 'cursor', message }] })
  }
}
