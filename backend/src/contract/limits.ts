/**
 * Limits that both sides know, so that the page can tell before the server refuses.
 * Lengths of text are counted in Unicode code points (`codePoints`), never in UTF-16 units.
 */
export const LIMITS = {
  usernameMin: 3,
  usernameMax: 32,
  fullNameMax: 80,
  emailMax: 254,
  passwordMin: 8,
  /** Bytes of UTF-8: bcrypt reads no further, so a longer password would be cut silently. */
  passwordMaxBytes: 72,
  messageMax: 8000,
  titleMax: 120,
  searchMax: 80,
  /** Groups or people that a broadcast names. */
  broadcastAudienceMax: 1000,
  /** Ids in one `GET /api/broadcasts/mine?ids=`. */
  broadcastIdsMax: 100,
  /** Ids in one `GET /api/admin/groups?ids=`. */
  groupIdsMax: 100,
  /** Changes of one broadcast that was sent. */
  broadcastRevisionsMax: 50,
  remindSecondsMin: 60,
  remindSecondsMax: 30 * 86_400,
  pageDefault: 50,
  pageMax: 100,
  /** The sender's idempotency key; a UUID fits. */
  clientMessageIdMax: 64,
  /** Earlier texts of one message that are kept; more edits are refused. */
  editsMax: 50,
  /** Conversations in one `markDelivered`, and in `held` of one `sync`. */
  conversationsMax: 200,
  /** Changes of one conversation that a sync tells; beyond them the client loads the newest page anew. */
  changesMax: 100,
  /** Who said that they type and nothing since has stopped. Clients repeat it at half that time. */
  typingSeconds: 6,
  bioMax: 500,
  statusTextMax: 80,
  groupNameMax: 80,
  groupDescriptionMax: 500,
  groupMembersMax: 1000,
  /** People in one `POST /api/groups/:id/members`. */
  groupAddMax: 100,
  /** A group of more members tells nobody who has read what, unless asked, and keeps nothing of what was delivered. */
  groupReceiptsMax: 50,
  inviteSecondsMin: 60,
  inviteSecondsMax: 365 * 86_400,
  inviteSecondsDefault: 7 * 86_400,
  inviteUsesMax: 1000,
  reportReasonMax: 1000,
  /** Ids in one `GET /api/users?ids=`. */
  userIdsMax: 100,
  /** Of one message. */
  attachmentsMax: 10,
  /** Of a file's name; longer ones are refused, so shorten them. */
  fileNameMax: 255,
  /** Values of a voice note's waveform. */
  waveformMax: 64,
  /** What the longer side of these variants of an image has at most. */
  thumbnailPixels: 400,
  previewPixels: 1600,
  /** Of the image that a person's or a group's picture is made from. */
  pictureMaxBytes: 10 * 1024 * 1024,
  muteSecondsMax: 366 * 86_400,
  /** How long a link to a new password is good. */
  resetSeconds: 86_400,
  inviteNoteMax: 80,
  registrationDomainsMax: 100,
  filteredWordsMax: 1000,
  filteredWordMax: 80,
  maintenanceMax: 500,
  reportNoteMax: 2000,
  retentionDaysMax: 36_500,
  /** Between two samples of how the server is doing. */
  statsSeconds: 5,
} as const

/** Letters, digits, dot, underscore, hyphen; begins and ends with a letter or digit. */
export const USERNAME_PATTERN = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?$/u
