import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { NORMAL, QUICK } from './effort.ts'
import { MEASUREMENTS, measure } from './measure.ts'

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const unknown = [...names.filter((name) => !MEASUREMENTS.has(name)), ...options.filter((option) => option !== '--quick')]

if (unknown.length > 0) {
  fail(`Not known: ${unknown.join(', ')}\nnpm run bench -- [--quick] [${[...MEASUREMENTS.keys()].join(' | ')}]`)
} else {
  const build = spawnSync('npm', ['run', 'build', '--silent'], { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit' })
  if (build.status === 0) await run()
  else fail('The server does not compile; nothing was measured.')
}

async function run(): Promise<void> {
  const isTerminal = process.stderr.isTTY
  const chosen = names.length > 0 ? names : [...MEASUREMENTS.keys()]
  const table = await measure(chosen, {
    effort: options.includes('--quick') ? QUICK : NORMAL,
    code: 'build',
    // Not part of the result, which may go to a file.
    progress: (line) => void process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`),
  })
  if (isTerminal) process.stderr.write('\r\u001b[K')
  process.stdout.write(`${table}\n`)
}

function fail(why: string): void {
  process.stderr.write(`${why}\n`)
  process.exitCode = 1
}
