const DUPLICATE_KEY = 11_000

/** Another node was faster. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY
}
