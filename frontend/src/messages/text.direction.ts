import { firstStrongDirection } from '../lib/firstStrong.ts'
import { tokenize } from './links.parser.ts'

/**
 * Returns the direction that `dir="auto"` gives a text: that of its first character with a direction, which may be an invisible mark
 * (the types L, R and AL of UAX 9). Links do not count, because they have their own direction. Null for a text without such a
 * character (digits, emoji).
 */
export function textDirection(text: string): 'ltr' | 'rtl' | null {
  for (const token of tokenize(text)) {
    if (token.kind === 'link') continue
    const direction = firstStrongDirection(token.text)
    if (direction) return direction
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

const SOME_EMOJI = /[\p{Emoji_Presentation}\uFE0F\u20E3]/u
/** Matches an emoji: by default, by a variation selector, a flag of two letters, or a keycap. */
const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F\u20E3)/u

let segmenter: Intl.Segmenter | undefined
const graphemes = (): Intl.Segmenter => (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }))
