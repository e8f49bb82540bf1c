import { z } from 'zod'

/** The schema of the revision that an edit began with. Without one, the edit replaces the text whatever it is. */
export const fromRevisionSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional()

/**
 * Returns the value that a stored thing at this revision has, as the condition of its update. `$inc` raises it, so a thing that was
 * never edited has none, and `null` finds it.
 */
export const storedRevision = (revision: number): number | null => (revision === 0 ? null : revision)
