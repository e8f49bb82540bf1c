import { ANNOUNCEMENTS_ID } from 'backend/contract'
import type {
  BroadcastMark,
  Conversation,
  Group,
  GroupEvent,
  Message,
  LedgerEntry,
  OwnLedgerRow,
  OwnUser,
  PendingBroadcast,
  Problem,
  SyncPage,
  User,
} from 'backend/contract'

/** Builders of contract values for tests: sensible defaults, distinct ids, what a test is about is given. */

let last = 0

/** A fresh id as the wire carries it: 24 hexadecimal digits. */
export const id = (): string => (last += 1).toString(16).padStart(24, '0')

export function user(given: Partial<User> = {}): User {
  const own = id()
  return {
    id: own,
    username: `person${last}`,
    fullName: `Person ${last}`,
    role: 'member',
    createdAt: '2026-11-01T08:00:00.000Z',
    lastSeenAt: null,
    picture: null,
    bio: '',
    statusText: '',
    ...given,
  }
}

export function ownUser(given: Partial<OwnUser> = {}): OwnUser {
  return {
    ...user(given),
    email: `person${last}@example.org`,
    hidesReadReceipts: false,
    mutedUntil: null,
    profileRevision: 0,
    ...given,
  }
}

export function message(given: Partial<Message> = {}): Message {
  return {
    id: id(),
    conversationId: id(),
    seq: 1,
    rev: given.seq ?? 1,
    kind: 'user',
    event: null,
    senderId: id(),
    receiverId: id(),
    title: null,
    text: 'Hello',
    clientMessageId: id(),
    createdAt: '2026-11-21T09:00:00.000Z',
    attachments: [],
    editedAt: null,
    deletedAt: null,
    isRead: false,
    hidden: false,
    ...given,
  }
}

/** A direct conversation; its last message is of the other person unless given. `lastSeq` and times follow the last message. */
export function conversation(given: Partial<Conversation> = {}): Conversation {
  const own = given.id ?? id()
  const peer = given.peer === undefined ? user() : given.peer
  const lastMessage =
    given.lastMessage === undefined
      ? message({ conversationId: own, senderId: peer?.id ?? id() })
      : given.lastMessage && { ...given.lastMessage, conversationId: own }
  const lastSeq = given.lastSeq ?? lastMessage?.seq ?? 0
  const readSeq = given.readSeq ?? lastSeq
  return {
    kind: 'direct',
    group: null,
    firstSeq: 1,
    lastRev: Math.max(lastSeq, lastMessage?.rev ?? 0),
    deliveredSeq: lastSeq,
    peerReadSeq: 0,
    peerDeliveredSeq: 0,
    receiptsHidden: false,
    markedUnread: false,
    seen: [],
    unreadCount: lastSeq - readSeq,
    lastActivityAt: lastMessage?.createdAt ?? '2026-11-21T08:00:00.000Z',
    ...given,
    id: own,
    peer,
    lastMessage,
    lastSeq,
    readSeq,
  }
}

/** A group that the one who looks is a plain member of. */
export function group(given: Partial<Conversation> = {}, about: Partial<Group> = {}): Conversation {
  const facts: Group = {
    name: 'Autumn Fair',
    description: '',
    picture: null,
    history: 'joined',
    revision: 0,
    memberCount: 3,
    createdBy: id(),
    role: 'member',
    ...about,
  }
  return conversation({ kind: 'group', peer: null, group: facts, ...given })
}

/** What happened to a group, as its system message. */
export function told(senderId: string, event: GroupEvent, given: Partial<Message> = {}): Message {
  return message({ kind: 'system', receiverId: null, text: '', senderId, event, ...given })
}

/** The Announcements conversation. */
export function broadcast(given: Partial<Conversation> = {}): Conversation {
  return conversation({ id: ANNOUNCEMENTS_ID, kind: 'broadcast', peer: null, ...given })
}

/** What an announcement that is accounted for says of itself. */
export function mark(given: Partial<BroadcastMark> = {}): BroadcastMark {
  return {
    id: id(),
    priority: 'normal',
    needsAcknowledgement: true,
    revision: 1,
    materialRevision: 1,
    expiresAt: null,
    ...given,
  }
}

/** An announcement that waits. */
export function pending(given: Partial<PendingBroadcast> = {}): PendingBroadcast {
  return {
    ...mark(),
    seq: 1,
    title: 'Water off',
    text: 'Fill bottles',
    attachments: [],
    sentAt: '2026-11-21T09:00:00.000Z',
    acknowledged: null,
    remindedAt: null,
    ...given,
  }
}

/** One's own line in the ledger, acknowledged. */
export function ledgerEntry(given: Partial<LedgerEntry> = {}): LedgerEntry {
  const at = '2026-11-21T09:12:00.000Z'
  return {
    user: user(),
    state: 'acknowledged',
    deliveredAt: at,
    openedAt: at,
    acknowledgedAt: at,
    acknowledgedRevision: 1,
    remindedAt: null,
    history: [{ revision: 1, at }],
    ...given,
  }
}

/** One's own row in the ledger, opened. */
export function ownRow(given: Partial<OwnLedgerRow> = {}): OwnLedgerRow {
  return { broadcastId: id(), state: 'opened', acknowledgedAt: null, acknowledgedRevision: null, ...given }
}

export function problem(given: Partial<Problem> = {}): Problem {
  return {
    type: '/problems/internal',
    title: 'Something went wrong on the server',
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on the server.',
    ...given,
  }
}

/** An answer to `sync`, by default without a change. */
export function syncPage(given: Partial<SyncPage> = {}): SyncPage {
  return {
    conversations: [],
    messages: [],
    reload: [],
    left: [],
    users: [],
    reloadUsers: false,
    usersRev: 0,
    nextCursor: null,
    until: '2026-01-01T00:00:00.000Z',
    ...given,
  }
}
