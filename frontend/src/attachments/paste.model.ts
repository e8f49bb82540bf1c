/** The content of a clipboard that is pasted. */
export interface Pasted {
  text: string
  /** The same as HTML; empty when there is none. */
  html: string
  files: readonly File[]
}

/**
 * Returns what a paste brings. `text`: the browser pastes the text. `files`: the files are attached. `both`: the text is pasted, and
 * the page offers the files.
 */
export function kindOfPaste({ text, html, files }: Pasted): 'text' | 'files' | 'both' {
  if (files.length === 0) return 'text'
  if (text.trim() === '') return 'files'
  // File managers add the names or paths of the files.
  const lines = text.trim().split(/[\r\n]+/u)
  if (lines.every((line) => files.some(({ name }) => name !== '' && isPathOf(line.trim(), name)))) return 'files'
  // Office programs add a picture that shows the same text. A picture of its own stands in the HTML.
  return /<(?:img|picture|svg|v:imagedata)[\s>]/iu.test(html) ? 'both' : 'text'
}

function isPathOf(line: string, name: string): boolean {
  return line === name || line.endsWith(`/${name}`) || line.endsWith(`\\${name}`)
}
