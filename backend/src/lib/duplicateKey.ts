const DUPLICATE_KEY = 11_000

/**
 * Returns the index, among the documents of one write, of the first document that a unique index refused (0 for a
 * single document); null for any other error. The caller looks up which index it was, because not every server that
 * speaks MongoDB's protocol says it.
 */
export function duplicateKeyAt(error: unknown): number | null {
  if (!isRecord(error) || error['code'] !== DUPLICATE_KEY) return null
  const writeErrors: unknown = error['writeErrors']
  const first: unknown = Array.isArray(writeErrors) ? writeErrors[0] : writeErrors
  return isRecord(first) && typeof first['index'] === 'number' ? first['index'] : 0
}

/** Tells whether every refused document of an unordered write was refused by a unique index. */
export function areAllDuplicates(error: unknown): boolean {
  const writeErrors: unknown = isRecord(error) ? error['writeErrors'] : undefined
  if (!Array.isArray(writeErrors)) return duplicateKeyAt(error) !== null
  return writeErrors.every((each: unknown) => isRecord(each) && each['code'] === DUPLICATE_KEY)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
