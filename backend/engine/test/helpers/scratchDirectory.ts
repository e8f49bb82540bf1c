import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Creates a directory and removes it when the running test ends. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-storage-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
