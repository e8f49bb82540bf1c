import { tokenize } from './links.parser.ts'

/**
 * Returns the direction that `dir="auto"` gives a text: that of its first letter with a direction. Links do not count, because they
 * have their own direction. Null for a text without such a letter (digits, emoji).
 */
export function textDirection(text: string): 'ltr' | 'rtl' | null {
  for (const token of tokenize(text)) {
    if (token.kind === 'link') continue
    const letter = FIRST_LETTER.exec(token.text)?.[0]
    if (letter !== undefined) return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
  }
  return null
}

/** Returns whether a text is one to three emoji, which are shown larger. */
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
/** Matches an emoji: by default, by a variation selector, a flag of two letters, or a keycap. */
const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F\u20E3)/u

let segmenter: Intl.Segmenter | undefined
const graphemes = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }))
