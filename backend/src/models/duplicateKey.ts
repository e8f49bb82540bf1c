interface DuplicateKey {
  /** Which of the documents of one insertMany; 0 for a single write. */
  index: number
  keyPattern: Record<string, unknown>
}

const DUPLICATE_KEY = 11_000

/**
 * What a unique index refused, or null when the error is another one. Servers differ: MongoDB gives `keyPattern`,
 * some compatible servers only a text with the index's name (`senderId_1_clientMessageId_1`).
 */
export function duplicateKeyOf(error: unknown): DuplicateKey | null {
  if (!isRecord(error) || error['code'] !== DUPLICATE_KEY) return null
  const writeErrors: unknown = error['writeErrors']
  const first: unknown = Array.isArray(writeErrors) ? writeErrors[0] : writeErrors
  if (!isRecord(first)) return { index: 0, keyPattern: keyPatternOf(error) }
  return { index: typeof first['index'] === 'number' ? first['index'] : 0, keyPattern: keyPatternOf(isRecord(first['err']) ? first['err'] : first, error) }
}

function keyPatternOf(...errors: Record<string, unknown>[]): Record<string, unknown> {
  for (const { keyPattern } of errors) if (isRecord(keyPattern)) return keyPattern
  const text = errors.map(({ errmsg, message }) => `${String(errmsg)} ${String(message)}`).join(' ')
  const name = /index: (?:\S+\.\$)?(\S+)/.exec(text)?.[1] ?? ''
  const fields = name.split(/_-?1(?:_|$)/).filter((field) => field !== '')
  return Object.fromEntries(fields.map((field) => [field, 1]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
