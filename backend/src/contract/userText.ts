/**
 * The rules for every text that other users see: names, titles, notes, messages. The server stores the cleaned form;
 * the page checks with the same functions. Characters are judged by Unicode's own properties.
 */

/** Most combining marks on one letter of a name. More of them paint over the lines above and below. */
export const MARKS_MAX = 4

/**
 * Characters that draw nothing although Unicode does not list them as ignorable: the empty braille cell, the null
 * notehead, blank hieroglyphs and hieroglyph joiners, the Khitan filler, interlinear and object anchors.
 */
const BLANK = String.raw`\u2800\u{1d159}\u{13430}-\u{1343f}\u{13441}\u{13442}\u{16fe4}\ufff9-\ufffc`
const VISIBLE = new RegExp(String.raw`[^\s\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}${BLANK}]`, 'u')
const SPACES = new RegExp(String.raw`[\s${BLANK}]+`, 'gu')

/** Scripts whose letters change their form beside a joiner. */
const JOINED =
  'Arab Syrc Mong Nkoo Mand Adlm Rohg Phag Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt'
    .split(' ')
    .map((script) => String.raw`\p{sc=${script}}`)
    .join('')

/** A letter or mark of these scripts. Their own invisible characters are none. */
const LETTER = String.raw`(?!\p{Default_Ignorable_Code_Point})[${JOINED}]`

/** Invisible characters at a place where they change the character beside them. All others are left out of names. */
const NEEDED = [
  // A joiner between letters, and after the last virama of a Malayalam word (the older spelling of a chillu).
  String.raw`(?<=${LETTER})[\u200c\u200d](?=${LETTER})`,
  String.raw`(?<=\u0d4d)\u200d`,
  // A joiner between emoji, and the selectors of emoji and keycaps.
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=(?![0-9#*])\p{Emoji})[\ufe0e\ufe0f]`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  // The flags of England, Scotland and Wales: a black flag and tags.
  String.raw`(?<=\u{1f3f4})[\u{e0030}-\u{e007a}]{1,8}\u{e007f}`,
  // The variants of Han and Mongolian letters.
  String.raw`(?<=\p{sc=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
  String.raw`(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]`,
  String.raw`(?<=[\u1820-\u18aa])\u180e(?=[\u1820-\u18aa])`,
].join('|')
const INVISIBLE = new RegExp(String.raw`(${NEEDED})|\p{Default_Ignorable_Code_Point}`, 'gu')

/** Tells whether a text shows nothing: it has only spaces, invisible characters and blank letters. */
export function isEmptyText(text: string): boolean {
  return !VISIBLE.test(text)
}

/** Returns a text of several lines in the form that is stored: trimmed, and empty when it shows nothing. */
export function cleanText(text: string): string {
  return isEmptyText(text) ? '' : text.trim()
}

/**
 * Returns a text of one line in the form that is stored: NFC, without invisible characters that no letter or emoji
 * needs, with single spaces. Empty when it shows nothing.
 */
export function cleanLine(text: string): string {
  const line = text
    .replace(INVISIBLE, (_, needed: string | undefined) => needed ?? '')
    .normalize('NFC')
    .replace(SPACES, ' ')
    .trim()
  return isEmptyText(line) ? '' : line
}

/** Tells whether a name has a letter, digit, sign or emoji. Combining marks alone are not enough. */
export function hasVisibleBase(name: string): boolean {
  return /[\p{L}\p{N}\p{S}\p{P}]/u.test(name) && !isEmptyText(name)
}

/** Tells whether a letter carries more than `MARKS_MAX` combining marks, its own accents included. */
export function hasPiledMarks(name: string): boolean {
  return PILED_MARKS.test(name.normalize('NFD'))
}

const PILED_MARKS = new RegExp(String.raw`\p{M}{${MARKS_MAX + 1}}`, 'u')

/**
 * Tells whether a name has a sign that looks like the badge of an admin: a shield or a check mark. The page draws the
 * badge, and no name may.
 */
export function hasBadgeSign(name: string): boolean {
  return /[\u2611\u2705\u2713\u2714\u237b\u26c9\u26ca\u26e8\u{10102}\u{1f530}\u{1f5f8}\u{1f5f9}\u{1f6e1}\u{1fbb1}]/u.test(
    name,
  )
}

/**
 * Tells whether a text has characters that cannot be shown honestly in one line: control characters, line separators,
 * lone surrogates, and the characters that change the direction of the following text (a name could then rewrite the
 * text around it, "Trojan source"). The joiners U+200C and U+200D stay allowed: Persian and emoji need them.
 */
export function hasUnprintable(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u.test(text)
}

/**
 * Returns a username in the form that is stored: NFC, with full-width and half-width letters in their usual width (the
 * width mapping of RFC 8265, 3.3). Case stays, as the user wrote it.
 */
export function cleanUsername(text: string): string {
  return text
    .trim()
    .replace(/[\u3000\uff01-\uffee]/gu, (letter) => letter.normalize('NFKC'))
    .normalize('NFC')
}

/** Letters, marks, digits, dot, underscore, hyphen; begins with a letter or digit, and does not end with a sign. */
const USERNAME = /^[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}._-]*[\p{L}\p{M}\p{Nd}])?$/u
/** Invisible letters, old Hangul, and the letters that RFC 5892, 2.6 leaves out of identifiers. */
const NO_USERNAME_LETTER =
  /[\p{Default_Ignorable_Code_Point}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u{16fe4}\u{13441}\u{13442}]/u
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/**
 * Tells whether a cleaned username has allowed characters only: the letters of the UsernameCaseMapped profile of PRECIS
 * (RFC 8265, 3.3; RFC 8264, 9), and of the signs only `.`, `_` and `-`. A name from right to left begins with a letter
 * and has digits of one kind (the Bidi Rule, RFC 5893, 2). Its length, its scripts and other users' names are not
 * judged here.
 */
export function isUsername(name: string): boolean {
  if (!USERNAME.test(name) || NO_USERNAME_LETTER.test(name)) return false
  // Letters that are another spelling of a letter, such as the ligature ﬁ ("HasCompat" of RFC 8264).
  for (const letter of name) if (letter.normalize('NFKC') !== letter) return false
  const kindsOfDigits = [/[0-9]/u, /[\u0660-\u0669]/u, /[\u06f0-\u06f9]/u].filter((digit) => digit.test(name)).length
  return !RIGHT_TO_LEFT.test(name) || (/^\p{L}/u.test(name) && kindsOfDigits <= 1)
}
