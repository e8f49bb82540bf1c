const DUPLICATE_KEY = 11_000

/**
 * The place, among the documents of one write, of the first that a unique index refused (0 for a single one);
 * null when the error is another one. Which index it was is not asked: not every server that speaks MongoDB's
 * protocol tells, so the caller looks what is there.
 */
export function duplicateKeyAt(error: unknown): number | null {
  if (!isRecord(error) || error['code'] !== DUPLICATE_KEY) return null
  const writeErrors: unknown = error['writeErrors']
  const first: unknown = Array.isArray(writeErrors) ? writeErrors[0] : writeErrors
  return isRecord(first) && typeof first['index'] === 'number' ? first['index'] : 0
}

/** Whether unique indexes alone refused documents of an unordered write. */
export function areAllDuplicates(error: unknown): boolean {
  const writeErrors: unknown = isRecord(error) ? error['writeErrors'] : undefined
  if (!Array.isArray(writeErrors)) return duplicateKeyAt(error) !== null
  return writeErrors.every((each: unknown) => isRecord(each) && each['code'] === DUPLICATE_KEY)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
