import { badValue, unsupported } from '../errors.ts'

/**
 * Returns a JavaScript regular expression for MongoDB's pattern (PCRE) and options. JavaScript has no `x` option
 * (comments in patterns).
 * @throws if the pattern or an option cannot be used
 */
export function compileRegex(pattern: string, options: string): RegExp {
  let flags = ''
  for (const option of new Set(options)) {
    if (option === 'i' || option === 'm' || option === 's' || option === 'u') flags += option
    else if (option === 'x') throw unsupported('The regular expression option "x"')
    else throw badValue(`invalid flag in regex options: ${option}`)
  }
  try {
    // PCRE works on whole characters. Without `u`, an emoji would be two characters. A pattern that `u` refuses runs
    // without it.
    return new RegExp(pattern, flags.includes('u') ? flags : `${flags}u`)
  } catch {
    return compileLoose(pattern, flags.replace('u', ''))
  }
}

/**
 * Returns the prefix of every match of an anchored pattern, or undefined. An index can find it. Only characters that
 * are certainly literal count.
 */
export function anchoredPrefix(pattern: string, options: string): string | undefined {
  if (/[imx]/.test(options) || !pattern.startsWith('^') || pattern.includes('|')) return undefined
  let prefix = ''
  let position = 1
  while (position < pattern.length) {
    const char = String.fromCodePoint(pattern.codePointAt(position) ?? 0)
    const escaped = char === '\\'
    const literal = escaped ? (pattern[position + 1] ?? '') : char
    if (escaped ? !/^[^\w\s]$/.test(literal) : /[.*+?()[\]{}^$]/.test(char)) break
    const next = position + (escaped ? 2 : char.length)
    // A quantifier that allows zero repetitions makes its character optional.
    if (/[*?{]/.test(pattern[next] ?? '')) break
    prefix += literal
    position = next
  }
  return prefix === '' ? undefined : prefix
}

function compileLoose(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags)
  } catch (error) {
    throw badValue(`Regular expression is invalid: ${error instanceof Error ? error.message : String(error)}`)
  }
}
