import type { FieldCode, FieldParams, Params, ProblemReason, RateLimitName, ReasonParams } from '../contract/index.ts'

/** A method's type, so that a text of some parameters may be called with parameters from the wire. */
type Text<P> = { text(params: P): string }['text']

/** Words a reason in English. `params` must be of the shape that the reason declares. */
export function problemText(reason: ProblemReason, params: Params): string {
  const text: Text<Params> = PROBLEM_TEXTS[reason]
  return text(params)
}

/** Words the code of a refused field in English. `params` must be of the shape that the code declares. */
export function fieldText(code: FieldCode, params: Params): string {
  const text: Text<Params> = FIELD_TEXTS[code]
  return text(params)
}

/** The English text of each reason: `detail` of a problem. */
const PROBLEM_TEXTS: { readonly [R in ProblemReason]: Text<ReasonParams<R>> } = {
  fields_not_valid: () => 'The input is not valid.',
  json_not_valid: () => 'The body is not valid JSON.',
  json_too_deep: ({ max }) => `Lists and objects in the body may nest ${max} levels deep.`,
  address_not_valid: () => 'The address is not encoded correctly: a percent sign in it begins no character.',
  request_not_valid: () => 'The request is not valid.',

  invalid_credentials: () => 'The name or the password is wrong.',

  no_access_token: () => 'Sign in first: there is no access token.',
  access_token_not_valid: () => 'Sign in, or refresh the session: the access token is missing, expired or not valid.',
  no_refresh_token: () => 'Sign in first: there is no refresh token.',
  no_bearer_token: () => 'Send the token of this path as Authorization: Bearer.',

  session_ended: () => 'The session has ended. Sign in again.',
  account_gone: () => 'This account does not exist any more.',

  backup_needs_password: () => 'A backup holds everything. Give your password again before you download it.',
  admins_only: () => 'Only admins can do this.',
  announcing_for_admins_only: () => 'Only admins can write to everybody.',
  own_role_fixed: () => 'You cannot change your own role. Ask another admin.',
  group_admins_only: () => 'Only admins of the group can do this.',
  removed_from_group: () => 'An admin removed you from this group. An admin must add you again.',
  group_owner_only: () => 'Only the owner of the group can do this.',
  group_admin_removed_by_owner_only: () => 'Only the owner of the group can remove an admin.',
  group_owner_not_removable: () => 'The owner of the group cannot be removed.',
  group_owner_role_fixed: () => 'The role of the owner cannot be changed. Make another member the owner first.',
  edits_own_messages_only: () => 'You can edit your own messages only.',
  deletes_own_messages_only: () => 'You can delete your own messages only.',
  system_message_fixed: () => 'A message about a change of the group cannot be edited or deleted.',
  announcement_has_broadcast: () => 'This announcement belongs to a broadcast. Change its text there.',
  too_many_edits: ({ max }) => `A message can be edited ${max} times. Write a new one.`,
  too_many_revisions: ({ max }) => `A broadcast can be changed ${max} times. Send a new one.`,
  receipts_for_sender_only: () => 'Only the sender of a message can see its readers.',
  no_admin_yet: () => 'There is no admin yet. Create one first.',
  sender_not_admin: ({ login }) => `${login} is not an admin. Only admins can send broadcasts.`,
  server_token_not_valid: () => 'This is not the token of this server.',

  account_disabled: () => 'This account is disabled. Ask an admin.',
  setup_code_not_valid: () =>
    'The first account needs the setup code that the server printed at its start. It becomes the admin.',
  signup_needs_invite: () => 'To sign up here you need an invitation. Invitations run out; ask for a new one.',
  signup_needs_invite_or_domain: ({ domains }) =>
    `To sign up here you need an invitation, or an address of ${domains.join(', ')}. Invitations run out; ask for a new one.`,
  muted: ({ until }) => `You cannot write until ${until}.`,
  text_refused: ({ word }) => `"${word}" is not allowed here.`,
  person_blocked: () => 'You have blocked this person. Unblock the person before you write.',
  host_not_allowed: ({ host }) =>
    `This server does not answer under the name ${host}. The setting ALLOWED_HOSTS of the server can allow it.`,
  origin_not_allowed: ({ origin, host }) =>
    `Pages of ${origin} may not do this, because the server was asked as ${host}. Behind a proxy, let the proxy pass on the Host header, in nginx with: proxy_set_header Host $http_host; For another site, set ALLOWED_ORIGINS.`,

  no_such_path: ({ method, path }) => `There is nothing at ${method} ${path}.`,
  no_such_user: () => 'There is no such person.',
  not_all_users_found: () => 'One of these people does not exist.',
  no_such_account: () => 'There is no such account.',
  no_account_of_login: ({ login }) => `There is no account ${login}.`,
  no_such_conversation: () => 'This conversation does not exist, or you are not in it.',
  no_such_message: () => 'There is no such message, or it was deleted.',
  no_such_message_of_user: () => 'This person has not written such a message.',
  no_such_attachment: () => 'There is no such file, or it was deleted.',
  no_such_upload: () => 'There is no such upload, or it has ended.',
  no_such_picture: () => 'There is no such picture.',
  not_in_group: () => 'This person is not in the group.',
  no_such_broadcast: () => 'There is no such broadcast.',
  no_such_report: () => 'There is no such report.',
  no_such_message_report: () => 'There is no report of a message with this id.',
  no_such_backup: () => 'There is no such backup.',
  backup_not_complete: () => 'This backup is not complete.',
  no_such_archive: () => 'There is no such archive.',
  no_such_command: ({ name }) => `There is no command ${name}.`,

  method_not_allowed: ({ method, allowed }) => `${method} is not possible here; ${allowed} is.`,
  other_user_signed_in: () => 'This browser is signed in as another user now. Nothing was changed.',
  username_taken: () => 'Another account has this username already.',
  username_looks_taken: () => 'Another account has a username that looks the same.',
  email_taken: () => 'There is an account with this e-mail address already.',
  group_full: ({ max }) => `A group has at most ${max} members.`,
  last_admin: () => 'This is the only admin. Make another person admin first.',
  owner_cannot_leave: () => 'Make another member the owner before you leave.',
  outdated_revision: () => 'The text has changed since. Read the new one.',
  // The text itself is a parameter: it does not belong into a sentence.
  message_edited: () => 'The message was edited meanwhile.',
  group_edited: () => 'The group was edited meanwhile.',
  profile_edited: () => 'The profile was edited meanwhile.',
  note_edited: () => 'Another admin has edited the note meanwhile.',
  broadcast_edited: () => 'The broadcast was edited meanwhile.',
  setting_edited: () => 'Another admin has changed this setting meanwhile.',

  broadcast_not_sent: () => 'The broadcast was not sent yet.',
  broadcast_not_editable: () =>
    'The broadcast is scheduled or was sent. Cancel it first, or change its text with isMaterial.',
  broadcast_not_sendable: () => 'The broadcast is scheduled, was sent, or was changed at this moment.',
  broadcast_not_scheduled: () => 'Only a scheduled broadcast can be cancelled.',
  broadcast_not_removable: () => 'Only a broadcast that was not sent can be removed.',
  broadcast_changed: () => 'Another admin has changed the broadcast at this moment. Look at the new text first.',
  broadcast_expired: () => 'The broadcast has expired.',
  no_acknowledgement_needed: () => 'The broadcast asks for no acknowledgement.',

  upload_incomplete: () => 'The upload is not complete yet.',
  upload_at_other_offset: ({ offset }) => `The upload is at ${offset}.`,
  attachment_unavailable: () =>
    'An attachment does not exist any more, or belongs to another message. Upload it again.',
  backup_in_progress: () => 'This backup is still being made. Wait until it is complete.',
  archive_removal_in_progress: () =>
    'The messages of the archive are still being removed. Wait until that has ended, or start it again.',
  archive_restore_in_progress: () => 'The messages of the archive are being restored. Wait until that has ended.',
  file_damaged: () => 'This file is damaged: its checksum is not the one that was written. Nothing was restored.',
  backup_unsupported: () => 'The data are in MongoDB. Back them up with mongodump, and copy DATA_DIR/media after it.',
  invite_not_valid: () => 'This invitation was revoked, has run out or is used up. Ask for a new one.',
  link_not_valid: () => 'This link was used, has run out, or there is a newer one. Ask an admin for another.',

  file_too_large: ({ limit, size }) => `A file may have ${bytesInWords(limit)}; this one has ${bytesInWords(size)}.`,
  picture_unpacks_too_large: ({ limit }) =>
    `A picture may unpack to ${bytesInWords(limit)}: make it smaller, in pixels.`,
  picture_too_large: ({ limit }) => `A picture may have ${bytesInWords(limit)}.`,
  content_too_large: ({ limit }) => `The content may have ${bytesInWords(limit)}; more was sent.`,
  too_many_open_uploads: ({ max }) =>
    `You have begun ${max} uploads that are not complete. Complete or cancel some first.`,
  quota_exceeded: ({ limit }) =>
    `All your files together may have ${bytesInWords(limit)}. Delete messages with attachments to make room.`,
  body_too_large: ({ max }) => `The body may have ${bytesInWords(max)}.`,
  command_too_large: ({ max }) => `A command may have ${bytesInWords(max)}.`,
  json_required: () => 'Send the body as JSON, with Content-Type: application/json.',
  plain_json_required: () => 'Send the body as plain JSON in UTF-8, not compressed.',
  upload_content_required: () => 'Send the content as application/offset+octet-stream.',

  idempotency_key_reused: () => 'Another request was sent with this Idempotency-Key. Send a new key for a new request.',

  too_many_requests: ({ name, retryAfter }) =>
    `Too many ${RATE_LIMIT_TEXTS[name]}. Try again in ${secondsInWords(retryAfter)}.`,
  too_many_requests_of_user: () => 'Too many requests from you in a short time.',
  too_many_requests_at_once: () => 'Too many requests from you at once.',
  too_many_events_at_once: () => 'Too many requests at once on this connection.',
  too_many_connections: ({ max }) =>
    `You have ${max} connections already. Close Parley in other tabs or on other devices.`,
  too_many_connections_of_address: () => 'There are too many connections from your network. Try again later.',

  internal: () => 'The server could not finish this. It made either all of the changes or none.',
  server_stopping: () => 'The server is stopping.',
  database_unavailable: () => 'The server cannot use its database at this moment. Try again in a moment.',
  too_many_sign_ins: () => 'Too many people are signing in at this moment. Try again in a few seconds.',
  too_many_refreshes: () => 'This session is being refreshed too often at once. Try again in a moment.',
  announcement_in_progress: () => 'The announcement is being sent. Repeat the request in a moment.',

  media_limit_reached: ({ limit }) => `All files on this server together may have ${bytesInWords(limit)}.`,
  disk_nearly_full: () => "The server's disk is nearly full.",
  disk_full: () => "The server's disk is full.",
}

/** The English text of each code of a refused field, without the field's name: `message` of a field error. */
const FIELD_TEXTS: { readonly [C in FieldCode]: Text<FieldParams<C>> } = {
  must_be_text: () => 'must be one text',
  must_be_number: () => 'must be a number',
  must_be_whole_number: () => 'must be a whole number',
  must_be_boolean: () => 'must be true or false',
  must_be_list: () => 'must be a list',
  must_be_object: () => 'must be an object',
  must_be_one_of: ({ values }) =>
    values.length === 1 ? `must be ${values.join('')}` : `must be one of ${values.join(', ')}`,

  must_be_id: () => 'must be an id of 24 hexadecimal digits',
  must_be_id_list: () => 'must be ids with commas between them',
  must_be_receiver: () => 'must be the id of a user, or "all"',
  must_be_cursor: () => 'must be the nextCursor of a page of this list',
  must_be_time: () => 'must be a time in ISO 8601, with Z or an offset',
  must_be_time_zone: () => 'must be the name of a time zone',
  must_be_email: () => 'must be an e-mail address, such as ada@example.org',
  must_be_domain: () => 'must be a domain, such as school.example',
  must_be_login: () => 'must be a username or an e-mail address',
  must_be_username: () =>
    'may have letters, digits, dot, hyphen and underscore, and must begin and end with a letter or digit',
  must_be_picture: () => 'must be a JPEG, PNG, GIF, WebP or AVIF image that can be read',
  must_be_picture_hash: () => 'must be the hash of a picture',
  must_be_invite_token: () => 'must be the token of an invitation',
  must_be_reset_token: () => 'must be the token of a link',
  must_be_sync_cursor: () => 'must be the cursor of a sync',
  must_be_sync_time: () => 'must be the "until" of an earlier sync, or null',
  must_be_unique_key: () => 'must be a text that is new for each action, such as a UUID',

  must_not_be_empty: () => 'must not be empty',
  too_short: ({ min }) => `must have at least ${min} characters`,
  too_long: ({ max }) => `must have at most ${max} characters`,
  wrong_length: ({ min, max }) => `must have ${min} to ${max} characters`,
  too_many_bytes: ({ max }) => `must have at most ${max} bytes (accented letters take 2, emoji 4) and no zero byte`,
  too_few: ({ min }) => `must have at least ${min} entries`,
  too_many: ({ max }) => `must have at most ${max} entries`,
  must_be_at_least: ({ min }) => `must be at least ${min}`,
  must_be_at_most: ({ max }) => `must be at most ${max}`,

  must_be_unicode: () => 'must be valid Unicode',
  has_unprintable_characters: () => 'has characters that cannot be shown',
  has_no_visible_character: () => 'must have at least one visible character',
  has_piled_marks: ({ max }) => `must have at most ${max} accents or other marks on one letter`,
  has_badge_sign: () => 'must not have a shield or a check mark, which look like the badge of an admin',
  mixes_scripts: () => 'must not mix the letters of different scripts, such as Latin and Cyrillic',
  has_no_letter: () => 'must have at least one letter or another character that counts in a search',

  unknown_field: () => 'is not a known field',
  has_duplicates: () => 'must not name one entry twice',
  exactly_one_of: ({ fields }) => `give exactly one of ${fields.join(', ')}`,
  at_most_one_of: ({ fields }) => `give at most one of ${fields.join(', ')}`,
  all_or_none_of: ({ fields }) => `give all of ${fields.join(', ')}, or none`,
  too_far_ahead: ({ max }) => `must be at most ${Math.floor(max / 86_400)} days ahead`,
  must_be_in_future: () => 'must be in the future',
  must_be_after_sending: () => 'must be after the time of sending',
  reaches_no_user: () => 'has no user with an active account',
  must_be_another_user: () => 'must be another person',
  for_announcements_only: () => 'is for announcements only',
  no_such_revision: () => 'does not exist yet',
  is_taken: () => 'is taken',
  is_reserved: () => 'is reserved: it would look like the server or its admins',
  looks_taken: () => 'looks like the name of another account',

  not_valid: () => 'is not valid',
}

const RATE_LIMIT_TEXTS: Readonly<Record<RateLimitName, string>> = {
  acknowledgements: 'acknowledgements',
  contact_changes: 'changes of contacts',
  failed_logins: 'failed logins',
  failed_logins_of_address: 'failed logins from this address',
  group_changes: 'changes of groups',
  group_invite_views: 'views of invitations',
  history_pages: 'pages of earlier messages',
  invalid_tokens: 'tokens from this address that are not valid',
  messages: 'messages',
  new_accounts: 'new accounts from this address',
  new_groups: 'new groups',
  new_passwords: 'new passwords from this address',
  opened_conversations: 'opened conversations',
  presence_watches: 'changes of the watched users',
  picture_changes: 'changes of pictures',
  profile_changes: 'changes of your profile',
  receipts: 'receipts',
  reminders: 'reminders of this broadcast',
  reports: 'reports',
  searches: 'searches',
  session_refreshes: 'refreshes of this session',
  syncs: 'syncs',
  typing: 'signs of typing',
  uploads: 'uploads',
}

function secondsInWords(seconds: number): string {
  const [count, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function bytesInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const steps = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  const count = Math.round((bytes / 1024 ** steps) * 10) / 10
  return `${count} ${['bytes', 'KB', 'MB', 'GB', 'TB'][steps] ?? ''}`
}
