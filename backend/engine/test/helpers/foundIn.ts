import { execFileSync } from 'node:child_process'

const SCAN = `
  const { readdirSync, readFileSync, statSync } = require('node:fs')
  const [, directory, pattern] = process.argv
  const files = readdirSync(directory, { recursive: true }).map((name) => directory + '/' + name).filter((name) => statSync(name).isFile())
  const found = files.flatMap((name) => readFileSync(name).toString('latin1').match(new RegExp(pattern, 'g')) ?? [])
  console.log(JSON.stringify([...new Set(found)].sort()))
`

/**
 * Returns the distinct matches of a pattern in the bytes of a directory's files. It reads them in another process,
 * because closing a file drops all locks of its process on that file, including SQLite's.
 */
export function foundIn(directory: string, pattern: RegExp): string[] {
  return JSON.parse(
    execFileSync(process.execPath, ['-e', SCAN, directory, pattern.source], { encoding: 'utf8' }),
  ) as string[]
}
