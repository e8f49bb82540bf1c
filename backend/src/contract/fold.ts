/**
 * Returns the form in which the server and the page compare text: two spellings of one name come out equal.
 *
 * Steps: NFKD takes full-width letters, ligatures and precomposed accents apart; then lower case; then the letters that
 * Unicode does not take apart; then the marks that people leave out when they type. Marks that are part of a letter
 * stay: vowel signs of Thai and the Indic scripts, and the voicing marks of kana. Hangul stays taken apart, so that a
 * syllable being typed is a prefix of the finished one.
 *
 * The server stores folded text in its search keys. A change here needs a migration that builds them again.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(LETTERS_PATTERN, (letter) => LETTERS[letter] ?? letter)
    .replace(OMITTED, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

/**
 * Combining marks of Latin, Greek and Cyrillic; Hebrew points; Arabic vowel signs, hamza above and below, tatweel;
 * invisible format characters.
 */
const OMITTED =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\p{Cf}]/gu

/**
 * Lower-case letters with no decomposition that people type without their stroke, and spellings that are interchanged.
 */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ŋ: 'n',
  ɓ: 'b',
  ɗ: 'd',
  ƴ: 'y',
  ƙ: 'k',
  ς: 'σ',
  '\u2018': "'",
  '\u2019': "'",
  '\u02bc': "'",
  '\u02bb': "'",
  '\u2010': '-',
  '\u2011': '-',
  '\u2013': '-',
  // Persian and Arabic keyboards give different letters for the same names.
  '\u06cc': '\u064a',
  '\u0649': '\u064a',
  '\u06a9': '\u0643',
  '\u0671': '\u0627',
  '\u0629': '\u0647',
}
const LETTERS_PATTERN = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu')
