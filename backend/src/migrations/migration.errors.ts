const DUPLICATE_KEY = 11_000

/** Tells whether a unique index refused a write, because another node was faster. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY
}
