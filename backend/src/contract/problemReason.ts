import type { ProblemCode } from './problem.ts'
import type { ParamKind, ParamsOf } from './problemParam.ts'

/**
 * Every reason for which the server refuses a request: the code that it belongs to, and the kinds of its parameters. A
 * page words each reason in its own language; docs/PROBLEMS.md lists them under their codes, and a test keeps both
 * equal.
 */
export const PROBLEM_REASONS = {
  fields_not_valid: { code: 'invalid_input', params: {} },
  json_not_valid: { code: 'invalid_input', params: {} },
  json_too_deep: { code: 'invalid_input', params: { max: 'count' } },
  address_not_valid: { code: 'invalid_input', params: {} },
  request_not_valid: { code: 'invalid_input', params: {} },

  invalid_credentials: { code: 'invalid_credentials', params: {} },

  no_access_token: { code: 'unauthenticated', params: {} },
  access_token_not_valid: { code: 'unauthenticated', params: {} },
  no_refresh_token: { code: 'unauthenticated', params: {} },
  no_bearer_token: { code: 'unauthenticated', params: {} },

  session_ended: { code: 'session_ended', params: {} },
  account_gone: { code: 'session_ended', params: {} },

  admins_only: { code: 'forbidden', params: {} },
  announcing_for_admins_only: { code: 'forbidden', params: {} },
  own_role_fixed: { code: 'forbidden', params: {} },
  group_admins_only: { code: 'forbidden', params: {} },
  removed_from_group: { code: 'forbidden', params: {} },
  group_owner_only: { code: 'forbidden', params: {} },
  group_admin_removed_by_owner_only: { code: 'forbidden', params: {} },
  group_owner_not_removable: { code: 'forbidden', params: {} },
  group_owner_role_fixed: { code: 'forbidden', params: {} },
  edits_own_messages_only: { code: 'forbidden', params: {} },
  deletes_own_messages_only: { code: 'forbidden', params: {} },
  system_message_fixed: { code: 'forbidden', params: {} },
  announcement_has_broadcast: { code: 'forbidden', params: {} },
  too_many_edits: { code: 'forbidden', params: { max: 'count' } },
  too_many_revisions: { code: 'forbidden', params: { max: 'count' } },
  receipts_for_sender_only: { code: 'forbidden', params: {} },
  no_admin_yet: { code: 'forbidden', params: {} },
  sender_not_admin: { code: 'forbidden', params: { login: 'text' } },
  server_token_not_valid: { code: 'forbidden', params: {} },

  account_disabled: { code: 'account_disabled', params: {} },
  signup_needs_invite: { code: 'signup_closed', params: {} },
  signup_needs_invite_or_domain: { code: 'signup_closed', params: { domains: 'list' } },
  muted: { code: 'muted', params: { until: 'time' } },
  text_refused: { code: 'text_refused', params: { word: 'text' } },
  person_blocked: { code: 'person_blocked', params: {} },
  origin_not_allowed: { code: 'origin_not_allowed', params: { origin: 'text' } },

  no_such_path: { code: 'not_found', params: { method: 'text', path: 'text' } },
  no_such_user: { code: 'not_found', params: {} },
  not_all_users_found: { code: 'not_found', params: {} },
  no_such_account: { code: 'not_found', params: {} },
  no_account_of_login: { code: 'not_found', params: { login: 'text' } },
  no_such_conversation: { code: 'not_found', params: {} },
  no_such_message: { code: 'not_found', params: {} },
  no_such_message_of_user: { code: 'not_found', params: {} },
  no_such_attachment: { code: 'not_found', params: {} },
  no_such_upload: { code: 'not_found', params: {} },
  no_such_picture: { code: 'not_found', params: {} },
  not_in_group: { code: 'not_found', params: {} },
  no_such_broadcast: { code: 'not_found', params: {} },
  no_such_report: { code: 'not_found', params: {} },
  no_such_message_report: { code: 'not_found', params: {} },
  no_such_backup: { code: 'not_found', params: {} },
  backup_not_complete: { code: 'not_found', params: {} },
  no_such_archive: { code: 'not_found', params: {} },
  no_such_command: { code: 'not_found', params: { name: 'text' } },

  method_not_allowed: { code: 'method_not_allowed', params: { method: 'text', allowed: 'text' } },
  username_taken: { code: 'username_taken', params: {} },
  email_taken: { code: 'email_taken', params: {} },
  group_full: { code: 'group_full', params: { max: 'count' } },
  last_admin: { code: 'last_admin', params: {} },
  owner_cannot_leave: { code: 'owner_cannot_leave', params: {} },
  outdated_revision: { code: 'outdated_revision', params: {} },

  broadcast_not_sent: { code: 'broadcast_state', params: {} },
  broadcast_not_editable: { code: 'broadcast_state', params: {} },
  broadcast_not_sendable: { code: 'broadcast_state', params: {} },
  broadcast_not_scheduled: { code: 'broadcast_state', params: {} },
  broadcast_not_removable: { code: 'broadcast_state', params: {} },
  broadcast_changed: { code: 'broadcast_state', params: {} },
  broadcast_expired: { code: 'broadcast_state', params: {} },
  no_acknowledgement_needed: { code: 'broadcast_state', params: {} },

  upload_incomplete: { code: 'upload_incomplete', params: {} },
  upload_at_other_offset: { code: 'upload_incomplete', params: { offset: 'bytes' } },
  attachment_unavailable: { code: 'attachment_unavailable', params: {} },
  backup_in_progress: { code: 'busy', params: {} },
  archive_removal_in_progress: { code: 'busy', params: {} },
  archive_restore_in_progress: { code: 'busy', params: {} },
  file_damaged: { code: 'file_damaged', params: {} },
  backup_unsupported: { code: 'backup_unsupported', params: {} },
  invite_not_valid: { code: 'invite_not_valid', params: {} },
  link_not_valid: { code: 'link_not_valid', params: {} },

  file_too_large: { code: 'too_large', params: { limit: 'bytes', size: 'bytes' } },
  picture_unpacks_too_large: { code: 'too_large', params: { limit: 'bytes' } },
  picture_too_large: { code: 'too_large', params: { limit: 'bytes' } },
  content_too_large: { code: 'too_large', params: { limit: 'bytes' } },
  quota_exceeded: { code: 'quota_exceeded', params: { limit: 'bytes' } },
  body_too_large: { code: 'payload_too_large', params: { max: 'bytes' } },
  command_too_large: { code: 'payload_too_large', params: { max: 'bytes' } },
  json_required: { code: 'unsupported_media_type', params: {} },
  plain_json_required: { code: 'unsupported_media_type', params: {} },
  upload_content_required: { code: 'unsupported_media_type', params: {} },

  too_many_requests: { code: 'rate_limited', params: { name: 'rateLimit', retryAfter: 'seconds' } },
  too_many_requests_of_user: { code: 'rate_limited', params: { retryAfter: 'seconds' } },
  too_many_requests_at_once: { code: 'rate_limited', params: { retryAfter: 'seconds' } },
  too_many_events_at_once: { code: 'rate_limited', params: { retryAfter: 'seconds' } },
  too_many_open_uploads: { code: 'rate_limited', params: { max: 'count', retryAfter: 'seconds' } },
  too_many_connections: { code: 'rate_limited', params: { max: 'count', retryAfter: 'seconds' } },
  too_many_connections_of_address: { code: 'rate_limited', params: { retryAfter: 'seconds' } },

  internal: { code: 'internal', params: {} },
  server_stopping: { code: 'unavailable', params: {} },
  too_many_sign_ins: { code: 'unavailable', params: { retryAfter: 'seconds' } },
  too_many_refreshes: { code: 'unavailable', params: {} },
  announcement_in_progress: { code: 'unavailable', params: {} },

  media_limit_reached: { code: 'storage_full', params: { limit: 'bytes' } },
  disk_nearly_full: { code: 'storage_full', params: { limit: 'bytes' } },
  disk_full: { code: 'storage_full', params: {} },
} as const satisfies Record<string, { code: ProblemCode; params: Readonly<Record<string, ParamKind>> }>

export type ProblemReason = keyof typeof PROBLEM_REASONS
export type ReasonParams<R extends ProblemReason> = ParamsOf<(typeof PROBLEM_REASONS)[R]['params']>
