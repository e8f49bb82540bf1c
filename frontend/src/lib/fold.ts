/** Text as it is compared: without case, accents and doubled spaces; letters that carry no separable accent by the plain one. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßøłđðþæœı]/gu, (letter) => PLAIN[letter] ?? letter)
    .replace(/\s+/gu, ' ')
    .trim()
}

const PLAIN: Record<string, string> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i' }

/** Whether a word of the name begins with what was typed, or the name holds it behind a space. */
export function matches(name: string, typed: string): boolean {
  const wanted = fold(typed)
  return wanted !== '' && ` ${fold(name)}`.includes(` ${wanted}`)
}
