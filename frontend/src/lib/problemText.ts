import { t } from '@lingui/core/macro'
import type { Params, Problem, ProblemReason, RateLimitName, ReasonParams } from 'backend/contract'
import { fieldErrorText } from './fieldErrorText.ts'
import { choiceOf, count, duration, fileSize, momentOf } from './format.ts'

/** A method's type, so that a text of some parameters may be called with parameters from the wire. */
type Text<P> = { text(params: P): string | undefined }['text']

/**
 * Words a problem in the page's language. Refused fields are worded by the first of them. A problem without a reason keeps its
 * own text, and a reason that only a newer server knows gets the text of that server.
 */
export function problemText({ reason, params = {}, detail, errors }: Problem): string {
  if (reason === undefined || !Object.hasOwn(PROBLEM_TEXTS, reason)) return detail
  const [fieldError] = errors ?? []
  if (reason === 'fields_not_valid' && fieldError) return fieldErrorText(fieldError)
  const text: Text<Params> = PROBLEM_TEXTS[reason]
  return text(params) ?? detail
}

/** The refusal of a request that a page of this version never sends. */
const versionsDiffer = (): string => t`The server does not understand this page. Reload the page.`
const adminsOnly = (): string => t`Only admins can do this.`
const notSignedIn = (): string => t`You are not signed in. Sign in again.`
const noSuchUser = (): string => t`This person has no account here.`
const noSuchReport = (): string => t`This report does not exist.`
const noSuchArchive = (): string => t`This archive does not exist.`
const tooManyAtOnce = (): string => t`This page sent too much at once. Try again in a moment.`

/** The text of each reason. A new reason of the contract without a text does not compile. */
const PROBLEM_TEXTS: { readonly [R in ProblemReason]: Text<ReasonParams<R>> } = {
  fields_not_valid: () => t`Some entries are not valid.`,
  json_not_valid: versionsDiffer,
  json_too_deep: versionsDiffer,
  address_not_valid: versionsDiffer,
  request_not_valid: versionsDiffer,

  invalid_credentials: () => t`The name or the password is wrong.`,

  no_access_token: notSignedIn,
  access_token_not_valid: notSignedIn,
  no_refresh_token: notSignedIn,
  no_bearer_token: versionsDiffer,

  session_ended: () => t`Your session has ended. Sign in again.`,
  account_gone: () => t`This account no longer exists.`,

  backup_needs_password: () => t`Enter your password again to download this backup.`,
  admins_only: adminsOnly,
  announcing_for_admins_only: () => t`Only admins can send announcements.`,
  own_role_fixed: () => t`You cannot change your own role. Ask another admin.`,
  group_admins_only: () => t`Only admins of the group can do this.`,
  removed_from_group: () => t`An admin removed you from this group. Ask an admin to add you again.`,
  group_owner_only: () => t`Only the owner of the group can do this.`,
  group_admin_removed_by_owner_only: () => t`Only the owner of the group can remove an admin.`,
  group_owner_not_removable: () => t`The owner of the group cannot be removed.`,
  group_owner_role_fixed: () => t`The role of the owner cannot be changed. Make another member the owner first.`,
  edits_own_messages_only: () => t`You can edit only your own messages.`,
  deletes_own_messages_only: () => t`You can delete only your own messages.`,
  system_message_fixed: () => t`A message about a change of the group cannot be edited or deleted.`,
  announcement_has_broadcast: () => t`This announcement belongs to a broadcast. Change its text there.`,
  too_many_edits: ({ max }) => t`A message can be edited at most ${{ max: count(max) }} times. Write a new one.`,
  too_many_revisions: ({ max }) => t`A broadcast can be changed at most ${{ max: count(max) }} times. Send a new one.`,
  receipts_for_sender_only: () => t`Only the sender of a message can see who read it.`,
  no_admin_yet: adminsOnly,
  sender_not_admin: adminsOnly,
  server_token_not_valid: versionsDiffer,

  account_disabled: () => t`This account is disabled. Ask an admin.`,
  setup_code_not_valid: () => t`The setup code is wrong. The server printed it when it started.`,
  signup_needs_invite: () =>
    t`You need an invitation to create an account here. Invitations expire; ask for a new one.`,
  signup_needs_invite_or_domain: ({ domains }) =>
    t`You need an invitation or an address of ${{ domains: choiceOf(domains) }} to create an account here. Invitations expire; ask for a new one.`,
  muted: ({ until }) => t`You cannot write until ${{ until: momentOf(until) }}.`,
  text_refused: ({ word }) => t`“${word}” is not allowed here.`,
  person_blocked: () => t`You have blocked this person. Unblock them before you write.`,
  host_not_allowed: ({ host }) =>
    t`The server does not answer under the name ${host}. An admin can allow it with the setting ALLOWED_HOSTS.`,
  origin_not_allowed: ({ origin, host }) =>
    t`The server refused this page of ${origin}, because it was asked as ${host}. If you run this server behind a proxy, let the proxy pass on the Host header, in nginx with: proxy_set_header Host $http_host; For a page on another server, set ALLOWED_ORIGINS.`,

  no_such_path: versionsDiffer,
  no_such_user: noSuchUser,
  not_all_users_found: () => t`One of these people has no account here.`,
  no_such_account: noSuchUser,
  no_account_of_login: ({ login }) => t`There is no account ${login}.`,
  no_such_conversation: () => t`This conversation does not exist, or you are not in it.`,
  no_such_message: () => t`This message does not exist, or it was deleted.`,
  no_such_message_of_user: () => t`This person has not written this message.`,
  no_such_attachment: () => t`This file does not exist, or it was deleted.`,
  no_such_upload: () => t`This upload does not exist, or it has ended.`,
  no_such_picture: () => t`This picture does not exist.`,
  not_in_group: () => t`This person is not in the group.`,
  no_such_broadcast: () => t`This broadcast does not exist.`,
  no_such_report: noSuchReport,
  no_such_message_report: noSuchReport,
  no_such_backup: () => t`This backup does not exist.`,
  backup_not_complete: () => t`This backup is not complete.`,
  no_such_archive: noSuchArchive,
  no_such_command: versionsDiffer,

  method_not_allowed: versionsDiffer,
  other_user_signed_in: () => t`This browser is signed in as another user now. Reload the page.`,
  username_taken: () => t`Another account has this username.`,
  username_looks_taken: () => t`Another account has a username that looks the same. Choose another one.`,
  email_taken: () => t`Another account has this e-mail address.`,
  group_full: ({ max }) => t`A group has at most ${{ max: count(max) }} members.`,
  last_admin: () => t`This is the only admin. Make another person admin first.`,
  owner_cannot_leave: () => t`Make another member the owner before you leave.`,
  outdated_revision: () => t`The text has changed. Read the new text first.`,
  message_edited: () => t`It was edited on another device meanwhile.`,
  group_edited: () => t`The group was edited meanwhile.`,
  profile_edited: () => t`It was edited on another device meanwhile.`,
  note_edited: () => t`Another admin edited the note meanwhile.`,
  broadcast_edited: () => t`It was changed by another admin, or on another device, meanwhile.`,
  setting_edited: () => t`Another admin changed this meanwhile. Look at it, and save again if you still want to.`,

  broadcast_not_sent: () => t`This broadcast is not sent yet.`,
  broadcast_not_editable: () => t`This broadcast is scheduled or was sent. Cancel it before you change it.`,
  broadcast_not_sendable: () => t`This broadcast is scheduled, was sent, or has just changed.`,
  broadcast_not_scheduled: () => t`Only a scheduled broadcast can be cancelled.`,
  broadcast_not_removable: () => t`Only a broadcast that was not sent can be removed.`,
  broadcast_changed: () => t`Another admin has just changed this broadcast. Read the new text first.`,
  broadcast_expired: () => t`This broadcast has expired.`,
  no_acknowledgement_needed: () => t`This announcement needs no acknowledgement.`,

  upload_incomplete: () => t`The upload is not complete yet.`,
  upload_at_other_offset: () => t`The upload is not complete yet.`,
  attachment_unavailable: () =>
    t`An attachment does not exist any more, or belongs to another message. Upload it again.`,
  backup_in_progress: () => t`This backup is not finished yet. Wait until it is complete.`,
  archive_removal_in_progress: () =>
    t`The messages of the archive are still being removed. Wait until that has ended, or start it again.`,
  archive_restore_in_progress: () => t`The messages of the archive are being restored. Wait until that has ended.`,
  file_damaged: () => t`This file is damaged: its checksum is wrong. Nothing was restored.`,
  backup_unsupported: () => t`The data are in MongoDB. Back them up with mongodump, then copy DATA_DIR/media.`,
  invite_not_valid: () => t`This invitation was revoked, has expired or was used up. Ask for a new one.`,
  link_not_valid: () => t`This link was used, has expired, or there is a newer one. Ask an admin for a new one.`,

  file_too_large: ({ limit, size }) =>
    t`A file can have ${{ limit: fileSize(limit) }}; this one has ${{ size: fileSize(size) }}.`,
  picture_unpacks_too_large: () => t`This picture has too many pixels. Make it smaller.`,
  picture_too_large: ({ limit }) => t`A picture can have ${{ limit: fileSize(limit) }}.`,
  content_too_large: ({ limit }) => t`The content can have ${{ limit: fileSize(limit) }}; more was sent.`,
  too_many_open_uploads: ({ max }) =>
    t`${{ max: count(max) }} files are uploading already. Wait until some have arrived.`,
  quota_exceeded: ({ limit }) =>
    t`All your files together can have ${{ limit: fileSize(limit) }}. Delete messages with attachments to make room.`,
  body_too_large: ({ max }) => t`One request can have ${{ max: fileSize(max) }}.`,
  command_too_large: ({ max }) => t`One request can have ${{ max: fileSize(max) }}.`,
  json_required: versionsDiffer,
  plain_json_required: versionsDiffer,
  upload_content_required: versionsDiffer,

  idempotency_key_reused: () => t`You have sent something else before. Reload the page and look at what was sent.`,

  too_many_requests: tooManyRequests,
  too_many_requests_of_user: tooManyAtOnce,
  too_many_requests_at_once: tooManyAtOnce,
  too_many_events_at_once: tooManyAtOnce,
  too_many_connections: ({ max }) =>
    t`You have ${{ max: count(max) }} connections already. Close Parley in other tabs or on other devices.`,
  too_many_connections_of_address: () => t`There are too many connections from your network. Try again later.`,

  internal: () => t`The server could not finish this. It made either all of the changes or none.`,
  server_stopping: () => t`The server is stopping.`,
  database_unavailable: () => t`The server cannot use its database at this moment. Try again in a moment.`,
  too_many_sign_ins: () => t`Too many people are signing in at this moment. Try again in a few seconds.`,
  too_many_refreshes: () => t`This session is being refreshed too often at once. Try again in a moment.`,
  announcement_in_progress: () => t`The announcement is being sent. Try again in a moment.`,

  media_limit_reached: ({ limit }) => t`All files on this server together can have ${{ limit: fileSize(limit) }}.`,
  disk_nearly_full: () => t`The server’s disk is nearly full.`,
  disk_full: () => t`The server’s disk is full.`,
}

/** Returns undefined for the limit of a newer server. */
function tooManyRequests({ name, retryAfter }: ReasonParams<'too_many_requests'>): string | undefined {
  if (!Object.hasOwn(RATE_LIMIT_TEXTS, name)) return undefined
  const limit = RATE_LIMIT_TEXTS[name]()
  return t`${limit} Try again in ${{ time: duration(retryAfter) }}.`
}

/** The sentence of each limit. A new limit of the contract without a text does not compile. */
const RATE_LIMIT_TEXTS: Readonly<Record<RateLimitName, () => string>> = {
  acknowledgements: () => t`Too many acknowledgements.`,
  contact_changes: () => t`Too many changes of your contacts.`,
  failed_logins: () => t`Too many failed logins.`,
  failed_logins_of_address: () => t`Too many failed logins from this address.`,
  group_changes: () => t`Too many changes of groups.`,
  group_invite_views: () => t`Too many invitations opened.`,
  history_pages: () => t`Too many earlier messages loaded.`,
  invalid_tokens: () => t`Too many failed attempts from this address.`,
  messages: () => t`Too many messages.`,
  new_accounts: () => t`Too many new accounts from this address.`,
  new_groups: () => t`Too many new groups.`,
  new_passwords: () => t`Too many new passwords from this address.`,
  opened_conversations: () => t`Too many conversations opened.`,
  presence_watches: () => t`Too many people shown.`,
  picture_changes: () => t`Too many changes of pictures.`,
  profile_changes: () => t`Too many changes of your profile.`,
  receipts: () => t`Too many messages marked as read or delivered.`,
  reminders: () => t`Too many reminders of this broadcast.`,
  reports: () => t`Too many reports.`,
  searches: () => t`Too many searches.`,
  session_refreshes: () => t`This session was refreshed too often.`,
  syncs: () => t`Too many attempts to load what is new.`,
  typing: () => t`Too many signs of typing.`,
  uploads: () => t`Too many uploads.`,
}
