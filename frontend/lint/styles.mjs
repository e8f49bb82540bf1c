// Refuses left and right in the style sheets: a right-to-left language needs start and end. A declaration that must be
// physical says why in a comment `/* physical: ... */` on its line or the line before.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DECLARATION =
  /(?:^|[\s;{])(?:(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:float|clear|text-align|justify-content|caption-side)\s*:\s*(?:left|right)\b)/
const APPLIED = /@apply[^;]*[\s:]-?(?:[mp][lr]|left|right|border-[lr]|rounded-[lr]|text-(?:left|right))-/

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'))
const found = files.flatMap((name) => {
  const file = join('src', name)
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, at) =>
    (DECLARATION.test(line) || APPLIED.test(line)) && !/physical:/.test((lines[at - 1] ?? '') + line)
      ? [`${file}:${at + 1}: physical direction: ${line.trim()}`]
      : [],
  )
})
if (found.length > 0) {
  process.stderr.write(`${found.join('\n')}\n`)
  process.exitCode = 1
}
