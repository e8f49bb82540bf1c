/**
 * Removes the markup of an announcement's text, for previews of one line and for comparing texts. The result is close to what
 * `Markdown.tsx` shows, and needs no Markdown parser, which most visits do not load.
 * @param keepsAddresses adds the address of each link after its words
 */
export function plainText(markdown: string, { keepsAddresses = false }: { keepsAddresses?: boolean } = {}): string {
  let text = markdown.replace(ESCAPED, (_, mark: string) => String.fromCharCode(HIDDEN + mark.charCodeAt(0)))
  for (const [pattern, replacement] of BLOCKS) text = text.replace(pattern, replacement)
  text = text.replace(LINK, keepsAddresses ? '$1 ($2)' : '$1')
  for (const [pattern, replacement] of SPANS) text = text.replace(pattern, replacement)
  return text.replace(HIDDEN_MARK, (mark) => String.fromCharCode(mark.charCodeAt(0) - HIDDEN)).trim()
}

const ESCAPED = /\\([!-/:-@[-`{-~])/g
/** Escaped marks wait in a private area of Unicode until the markup is gone. */
const HIDDEN = 0xe000
const HIDDEN_MARK = /[\ue021-\ue07e]/g

const LINK = /!?\[([^\]\n]*)\]\(<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:[ \t]+"[^"\n]*")?\)/g

const BLOCKS: [RegExp, string][] = [
  [/^ {0,3}(?:`{3,}|~{3,}).*$\n?/gm, ''],
  [/^ {0,3}(?:([-*_])[ \t]*)(?:\1[ \t]*){2,}$\n?/gm, ''],
  [/^ {0,3}(?:>[ \t]?)+/gm, ''],
  [/^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/gm, '$1'],
  [/^([ \t]*)[-*+][ \t]+/gm, '$1• '],
]

const SPANS: [RegExp, string][] = [
  [/(\*\*|__)(?=\S)([^\n]*?\S)\1/g, '$2'],
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?!\*)/gu, '$1'],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\p{L}\p{N}_])/gu, '$1'],
  [/(`+)([^`\n]+)\1/g, '$2'],
]
