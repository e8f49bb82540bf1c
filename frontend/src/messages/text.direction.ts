import { tokenize } from './links.parser.ts'

/**
 * Returns the direction that `dir="auto"` gives a text: that of its first character with a direction, which may be an invisible mark
 * (the types L, R and AL of UAX 9). Links do not count, because they have their own direction. Null for a text without such a
 * character (digits, emoji).
 */
export function textDirection(text: string): 'ltr' | 'rtl' | null {
  for (const token of tokenize(text)) {
    if (token.kind === 'link') continue
    const letter = FIRST_STRONG.exec(token.text)?.[0]
    if (letter !== undefined) return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
  }
  return null
}

/**
 * Returns whether a text has characters that embed, override or isolate a direction. Its last line may then end anywhere, also where
 * the time of a message stands.
 */
export function turnsDirection(text: string): boolean {
  return /[\u202a-\u202e\u2066-\u2069]/u.test(text)
}

/** Returns whether a text is one to three emoji, which are shown larger. */
export function isLoneEmoji(text: string): boolean {
  const trimmed = text.trim()
  // The longest single emoji, a family with skin tones or a subdivision's flag, are under 30 units.
  if (trimmed === '' || trimmed.length > 90 || !trimmed.match(SOME_EMOJI)) return false
  const marks = [...graphemes().segment(trimmed)].map(({ segment }) => segment).filter((mark) => mark.trim() !== '')
  return marks.length <= 3 && marks.every((mark) => EMOJI.test(mark))
}

/** Letters, the signs and digits that have a direction too, and the marks LRM, RLM and ALM. */
const FIRST_STRONG =
  /[\p{L}\p{Nl}\p{Mc}\u200e\u200f\u061c\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0608\u060b\u060d\u061b\u061d-\u061f\u066d\u06d4\u0700-\u070d\u07c0-\u07c9]/u
const RIGHT_TO_LEFT =
  /[\u200f\u061c\u061b\u061f\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Samaritan}\p{Script=Mandaic}]/u

const SOME_EMOJI = /[\p{Emoji_Presentation}\uFE0F\u20E3]/u
/** Matches an emoji: by default, by a variation selector, a flag of two letters, or a keycap. */
const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F\u20E3)/u

let segmenter: Intl.Segmenter | undefined
const graphemes = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }))
