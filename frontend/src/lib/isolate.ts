const ISOLATE_START = '\u2068'
const ISOLATE_END = '\u2069'

/**
 * Marks a name or another text of a user inside a sentence, so that `ui/IsolatedText` shows it with a direction of its own.
 * Isolate characters inside the text itself are removed: an unpaired one would turn the rest of the sentence around.
 */
export function isolate(text: string): string {
  return ISOLATE_START + withoutIsolates(text) + ISOLATE_END
}

/** Removes the marks of `isolate`, for a text that is read aloud or compared. */
export function withoutIsolates(text: string): string {
  return text.replace(/[\u2066-\u2069]/gu, '')
}

/** Splits a sentence at the marks of `isolate`. */
export function isolatedParts(sentence: string): { text: string; isIsolated: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2069]*\u2069)/u)
    .filter((part) => part !== '')
    .map((part) => ({ text: withoutIsolates(part), isIsolated: part.startsWith(ISOLATE_START) }))
}
