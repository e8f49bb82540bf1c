import type { ParamKind, Params, ParamsOf } from './problemParam.ts'

/** Every code of a refused field, with the kinds of its parameters. */
export const FIELD_CODES = {
  // The type.
  must_be_text: {},
  must_be_number: {},
  must_be_whole_number: {},
  must_be_boolean: {},
  must_be_list: {},
  must_be_object: {},
  must_be_one_of: { values: 'list' },
  // The form.
  must_be_id: {},
  must_be_id_list: {},
  must_be_receiver: {},
  must_be_cursor: {},
  must_be_time: {},
  must_be_time_zone: {},
  must_be_email: {},
  must_be_domain: {},
  must_be_login: {},
  must_be_username: {},
  must_be_picture: {},
  must_be_picture_hash: {},
  must_be_invite_token: {},
  must_be_reset_token: {},
  must_be_sync_cursor: {},
  must_be_sync_time: {},
  must_be_unique_key: {},
  // The size.
  must_not_be_empty: {},
  too_short: { min: 'count' },
  too_long: { max: 'count' },
  wrong_length: { min: 'count', max: 'count' },
  too_many_bytes: { max: 'bytes' },
  too_few: { min: 'count' },
  too_many: { max: 'count' },
  must_be_at_least: { min: 'count' },
  must_be_at_most: { max: 'count' },
  // The characters.
  must_be_unicode: {},
  has_unprintable_characters: {},
  has_no_visible_character: {},
  has_piled_marks: { max: 'count' },
  has_badge_sign: {},
  mixes_scripts: {},
  has_no_letter: {},
  // The relation to other fields and to stored data.
  unknown_field: {},
  has_duplicates: {},
  exactly_one_of: { fields: 'list' },
  at_most_one_of: { fields: 'list' },
  all_or_none_of: { fields: 'list' },
  too_far_ahead: { max: 'seconds' },
  must_be_in_future: {},
  must_be_after_sending: {},
  reaches_no_user: {},
  must_be_another_user: {},
  for_announcements_only: {},
  no_such_revision: {},
  is_taken: {},
  is_reserved: {},
  looks_taken: {},
  // All other refusals.
  not_valid: {},
} as const satisfies Record<string, Readonly<Record<string, ParamKind>>>

export type FieldCode = keyof typeof FIELD_CODES
export type FieldParams<C extends FieldCode> = ParamsOf<(typeof FIELD_CODES)[C]>

/** A refused field, and why. */
export interface FieldError {
  /** A path into the input: `text`, `held.0.conversationId`. Empty for the input as a whole. */
  field: string
  code: FieldCode
  /** The parameters of `code`, in the shape that `FIELD_CODES` declares. */
  params: Params
  /** The code in English, for API users. A page words `code` and `params` in its own language. */
  message: string
}
