/**
 * Limits that the server and the page know, so that the page can check before the server refuses. Lengths of text count
 * Unicode code points (`codePoints`), never UTF-16 units.
 */
export const LIMITS = {
  usernameMin: 3,
  usernameMax: 32,
  fullNameMax: 80,
  emailMax: 254,
  passwordMin: 8,
  /** Bytes of UTF-8. bcrypt reads no further, so a longer password would be cut silently. */
  passwordMaxBytes: 72,
  messageMax: 8000,
  titleMax: 120,
  searchMax: 80,
  /** The groups or users that one broadcast names. */
  broadcastAudienceMax: 1000,
  /** Ids in one `GET /api/broadcasts/mine?ids=`. */
  broadcastIdsMax: 100,
  /** Ids in one `GET /api/admin/groups?ids=`. */
  groupIdsMax: 100,
  /** Changes of one broadcast after sending. */
  broadcastRevisionsMax: 50,
  remindSecondsMin: 60,
  remindSecondsMax: 30 * 86_400,
  pageDefault: 50,
  pageMax: 100,
  /** The sender's idempotency key; a UUID fits. */
  clientMessageIdMax: 64,
  /** Stored earlier texts of one message. More edits are refused. */
  editsMax: 50,
  /** Conversations in one `markDelivered`, and in `held` of one `sync`. */
  conversationsMax: 200,
  /** Changes of one conversation in a sync. When there are more, the client loads the newest page again. */
  changesMax: 100,
  /** A user who has not repeated `typing` for this long has stopped. Clients repeat it at half that time. */
  typingSeconds: 6,
  /** Users whose presence one connection hears: those that several tabs show. */
  presenceWatchedMax: 1000,
  bioMax: 500,
  statusTextMax: 80,
  groupNameMax: 80,
  groupDescriptionMax: 500,
  groupMembersMax: 1000,
  /** Users in one `POST /api/groups/:id/members`. */
  groupAddMax: 100,
  /** A group with more members sends no read receipts unless asked, and stores no delivery receipts. */
  groupReceiptsMax: 50,
  inviteSecondsMin: 60,
  inviteSecondsMax: 365 * 86_400,
  inviteSecondsDefault: 7 * 86_400,
  inviteUsesMax: 1000,
  reportReasonMax: 1000,
  /** Ids in one `GET /api/users?ids=`. */
  userIdsMax: 100,
  /** Attachments of one message. */
  attachmentsMax: 10,
  /** Characters of a file's name. A longer name is refused, so the client shortens it. */
  fileNameMax: 255,
  /** Values of a voice note's waveform. */
  waveformMax: 64,
  /** The longer side of these variants of an image, at most. */
  thumbnailPixels: 400,
  previewPixels: 1600,
  /** Bytes of the image from which the picture of a user or a group is made. */
  pictureMaxBytes: 10 * 1024 * 1024,
  muteSecondsMax: 366 * 86_400,
  /** How long a link to a new password works. */
  resetSeconds: 86_400,
  inviteNoteMax: 80,
  registrationDomainsMax: 100,
  filteredWordsMax: 1000,
  filteredWordMax: 80,
  maintenanceMax: 500,
  reportNoteMax: 2000,
  retentionDaysMax: 36_500,
  /** Seconds between two samples of the server's state. */
  statsSeconds: 5,
} as const
