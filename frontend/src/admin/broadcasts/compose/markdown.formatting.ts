export type FormatKind = 'bold' | 'italic' | 'link' | 'list' | 'heading'

/** A text and its selection, in UTF-16 units. */
export interface Selected {
  text: string
  start: number
  end: number
}

/** Text to insert between `from` and `to`, and the selection afterwards. */
export interface Replacement {
  from: number
  to: number
  insert: string
  start: number
  end: number
}

/** Returns the change that a format button makes: it writes Markdown around the selection, or removes it. */
export function format(kind: FormatKind, selected: Selected): Replacement {
  switch (kind) {
    case 'bold':
      return wrapped(selected, '**', 'bold')
    case 'italic':
      return wrapped(selected, '_', 'italic')
    case 'link':
      return linked(selected)
    case 'list':
      return prefixed(selected, '- ')
    case 'heading':
      return prefixed(selected, '## ')
  }
}

function wrapped({ text, start, end }: Selected, mark: string, sample: string): Replacement {
  const size = mark.length
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return { from: start - size, to: end + size, insert: text.slice(start, end), start: start - size, end: end - size }
  }
  // Markdown ignores a mark beside a space, so spaces at the ends stay outside.
  const chosen = text.slice(start, end)
  const inner = chosen.trim() || sample
  const lead = chosen.trim() === '' ? '' : chosen.slice(0, chosen.length - chosen.trimStart().length)
  const tail = chosen.trim() === '' ? '' : chosen.slice(chosen.trimEnd().length)
  const at = start + lead.length + size
  return { from: start, to: end, insert: `${lead}${mark}${inner}${mark}${tail}`, start: at, end: at + inner.length }
}

/** Makes a link, and selects the part that the user types next: the address, or the text when the address was selected. */
function linked({ text, start, end }: Selected): Replacement {
  const chosen = text.slice(start, end).trim()
  const isAddress = /^https?:\/\/\S+$/u.test(chosen)
  const words = isAddress || chosen === '' ? 'link' : chosen
  const address = isAddress ? chosen : 'https://'
  const insert = `[${words}](${address})`
  const wordsAt = start + 1
  const addressAt = wordsAt + words.length + 2
  return isAddress
    ? { from: start, to: end, insert, start: wordsAt, end: wordsAt + words.length }
    : { from: start, to: end, insert, start: addressAt, end: addressAt + address.length }
}

/** Puts a prefix before each line of the selection, or removes it. */
function prefixed({ text, start, end }: Selected, prefix: string): Replacement {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', end)
  const to = next === -1 ? text.length : next
  const lines = text.slice(from, to).split('\n')
  const isOn = lines.every((line) => line.startsWith(prefix))
  const insert = lines
    .map((line) => (isOn ? line.slice(prefix.length) : line.startsWith(prefix) ? line : prefix + line))
    .join('\n')
  const isCaret = start === end
  const caret = Math.max(from, start + (isOn ? -prefix.length : prefix.length))
  return { from, to, insert, start: isCaret ? caret : from, end: isCaret ? caret : from + insert.length }
}
