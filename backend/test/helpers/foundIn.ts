import { execFileSync } from 'node:child_process'

const SCAN = `
  const { readdirSync, readFileSync, statSync } = require('node:fs')
  const [, directory, pattern] = process.argv
  const files = readdirSync(directory, { recursive: true }).map((name) => directory + '/' + name).filter((name) => statSync(name).isFile())
  const found = files.flatMap((name) => readFileSync(name).toString('latin1').match(new RegExp(pattern, 'g')) ?? [])
  console.log(JSON.stringify([...new Set(found)].sort()))
`

/**
 * What of a pattern stands in any byte of a directory's files, each once. Another process looks: closing a file ends all locks
 * that its process has on it, SQLite's too.
 */
export function foundIn(directory: string, pattern: RegExp): string[] {
  return JSON.parse(
    execFileSync(process.execPath, ['-e', SCAN, directory, pattern.source], { encoding: 'utf8' }),
  ) as string[]
}
