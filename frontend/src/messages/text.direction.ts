import { tokenize } from './links.parser.ts'

/**
 * The direction that `dir="auto"` gives a text: that of its first letter with one. Links do not count, because they carry a
 * direction of their own. Null for a text without such a letter (digits, emoji), which fits beside anything.
 */
export function textDirection(text: string): 'ltr' | 'rtl' | null {
  for (const token of tokenize(text)) {
    if (token.kind === 'link') continue
    const letter = FIRST_LETTER.exec(token.text)?.[0]
    if (letter !== undefined) return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
  }
  return null
}

/** One to three emoji and nothing else: shown larger. */
export function isLoneEmoji(text: string): boolean {
  const trimmed = text.trim()
  // The longest single emoji, a family with skin tones or a subdivision's flag, are under 30 units.
  if (trimmed === '' || trimmed.length > 90 || !trimmed.match(SOME_EMOJI)) return false
  const marks = [...graphemes().segment(trimmed)].map(({ segment }) => segment).filter((mark) => mark.trim() !== '')
  return marks.length <= 3 && marks.every((mark) => EMOJI.test(mark))
}

const FIRST_LETTER = /\p{L}/u
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}]/u

const SOME_EMOJI = /[\p{Emoji_Presentation}\uFE0F\u20E3]/u
/** What shows as a picture: by nature, by a variation selector, as a flag of two letters, as a keycap. */
const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F\u20E3)/u

let segmenter: Intl.Segmenter | undefined
const graphemes = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }))
