import { plural, t } from '@lingui/core/macro'
import type { FieldCode, FieldError, FieldParams, Params } from 'backend/contract'
import { choiceOf, count, fileSize } from './format.ts'

/** A method's type, so that a text of some parameters may be called with parameters from the wire. */
type Text<P> = { text(params: P): string }['text']

/**
 * Words the error of a field as a sentence in the page's language, to show beside the field. A code that this page does not know, of
 * a newer server, gets the words of the server.
 */
export function fieldErrorText({ code, params, message }: FieldError): string {
  if (!Object.hasOwn(FIELD_TEXTS, code)) return t`This ${message}.`
  return fieldText(code, params)
}

/** Words a refusal that the page finds before the server does. */
export function fieldText(code: FieldCode, params: Params = {}): string {
  const text: Text<Params> = FIELD_TEXTS[code]
  return text(params)
}

/** The refusal of a value that no input of this page allows. */
const notValid = (): string => t`This is not valid.`

/** The text of each code. A new code of the contract without a text does not compile. */
const FIELD_TEXTS: { readonly [C in FieldCode]: Text<FieldParams<C>> } = {
  must_be_text: notValid,
  must_be_number: () => t`Enter a number.`,
  must_be_whole_number: () => t`Enter a whole number.`,
  must_be_boolean: notValid,
  must_be_list: notValid,
  must_be_object: notValid,
  must_be_one_of: ({ values }) => t`Use ${{ values: choiceOf(values) }}.`,

  must_be_id: notValid,
  must_be_id_list: notValid,
  must_be_receiver: notValid,
  must_be_cursor: notValid,
  must_be_time: () => t`Enter a date and a time.`,
  must_be_time_zone: () => t`Choose a time zone.`,
  must_be_email: () => t`Enter an address like name@example.org.`,
  must_be_domain: () => t`Enter a domain like school.example.`,
  must_be_login: () => t`Enter a username or an e-mail address.`,
  must_be_username: () => t`Use letters, digits, dots, hyphens and underscores, with a letter or digit at each end.`,
  must_be_picture: () => t`Choose a JPEG, PNG, GIF, WebP or AVIF picture.`,
  must_be_picture_hash: notValid,
  must_be_invite_token: () => t`This invitation is not valid.`,
  must_be_reset_token: () => t`This link is not valid.`,
  must_be_sync_cursor: notValid,
  must_be_sync_time: notValid,
  must_be_unique_key: notValid,

  must_not_be_empty: () => t`This must not be empty.`,
  too_short: ({ min }) => plural(min, { one: 'Use at least # character.', other: 'Use at least # characters.' }),
  too_long: ({ max }) => plural(max, { one: 'Use at most # character.', other: 'Use at most # characters.' }),
  wrong_length: ({ min, max }) => t`Use ${{ min: count(min) }} to ${{ max: count(max) }} characters.`,
  too_many_bytes: ({ max }) =>
    t`Use at most ${{ max: fileSize(max) }}. An accented letter has 2 bytes, an emoji 4, and a zero byte is not allowed.`,
  too_few: ({ min }) => plural(min, { one: 'Choose at least # entry.', other: 'Choose at least # entries.' }),
  too_many: ({ max }) => plural(max, { one: 'Choose at most # entry.', other: 'Choose at most # entries.' }),
  must_be_at_least: ({ min }) => t`Use ${{ min: count(min) }} or more.`,
  must_be_at_most: ({ max }) => t`Use ${{ max: count(max) }} or less.`,

  must_be_unicode: () => t`This has characters that are not valid.`,
  has_unprintable_characters: () => t`This has characters that cannot be shown.`,
  has_no_visible_character: () => t`Use at least one visible character.`,
  has_piled_marks: ({ max }) =>
    plural(max, {
      one: 'Use at most # accent or other mark on one letter.',
      other: 'Use at most # accents or other marks on one letter.',
    }),
  has_badge_sign: () => t`Leave out shields and check marks. They look like the badge of an admin.`,
  mixes_scripts: () => t`Use the letters of one script, such as Latin or Cyrillic.`,
  has_no_letter: () => t`Use at least one letter or digit.`,

  unknown_field: notValid,
  has_duplicates: () => t`Each entry can stand here once.`,
  exactly_one_of: notValid,
  at_most_one_of: notValid,
  all_or_none_of: notValid,
  too_far_ahead: ({ max }) => daysAhead(Math.floor(max / 86_400)),
  must_be_in_future: () => t`Choose a time in the future.`,
  must_be_after_sending: () => t`Choose a time after the time of sending.`,
  reaches_no_user: () => t`Choose users whose accounts are active.`,
  must_be_another_user: () => t`Choose another person.`,
  for_announcements_only: () => t`Only announcements can have this.`,
  no_such_revision: notValid,
  is_taken: () => t`Another account uses this.`,
  is_reserved: () => t`Choose another name. This one would look like the server or its admins.`,
  looks_taken: () => t`Choose another name. This one looks like the name of another account.`,

  not_valid: notValid,
}

const daysAhead = (days: number): string =>
  plural(days, { one: 'Choose a time within the next day.', other: 'Choose a time within the next # days.' })
