import {
  mergeSeen,
  unseenRanges,
  type Conversation,
  type ConversationId,
  type Group,
  type Message,
  type Receipt,
  type SeenRange,
  type UserId,
} from 'backend/contract'

/** How what comes changes a conversation that the page knows. Answers and live events overtake each other: nothing goes back. */

/** Merges an answer of the server with the newer values of live events. */
export function withAnswer(known: Conversation, answer: Conversation): Conversation {
  const { lastMessage, lastSeq, lastActivityAt } = isBehind(answer, known) ? known : answer
  // Hidden receipts are shown as 0, and seen again when they are hidden no more.
  const peerReadSeq =
    known.receiptsHidden === answer.receiptsHidden
      ? Math.max(known.peerReadSeq, answer.peerReadSeq)
      : answer.peerReadSeq
  const next: Conversation = {
    ...answer,
    // An answer from before an event that is applied already would undo that event.
    group: answer.lastRev < known.lastRev ? known.group : answer.group,
    lastMessage,
    lastSeq,
    lastActivityAt,
    ...readingOf(known, answer),
    unreadCount: unreadAfterAnswer(known, answer, lastSeq),
    lastRev: Math.max(known.lastRev, answer.lastRev),
    deliveredSeq: Math.max(known.deliveredSeq, answer.deliveredSeq),
    peerReadSeq,
    peerDeliveredSeq: Math.max(known.peerDeliveredSeq, answer.peerDeliveredSeq),
  }
  return next
}

type Reading = Pick<Conversation, 'readSeq' | 'seen'>

/** Returns all that two sides know to be read. */
function readingOf(a: Reading, b: Reading): Reading {
  return mergeSeen(Math.max(a.readSeq, b.readSeq), [...a.seen, ...b.seen])
}

/** Counts the places up to a place that are not read. */
function unreadPlaces(reading: Reading, lastSeq: number): number {
  return unseenRanges(reading, lastSeq).reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** Tells whether a user has read a message. */
export function hasRead({ readSeq, seen }: Reading, seq: number): boolean {
  return seq <= readSeq || seen.some(({ from, to }) => from <= seq && seq <= to)
}

/** The count of the side that knows the newest change and all that was read, or else the most that it can be. */
function unreadAfterAnswer(known: Conversation, answer: Conversation, lastSeq: number): number {
  const places = unreadPlaces(readingOf(known, answer), lastSeq)
  const knowsAll = (side: Conversation) => unreadPlaces(side, lastSeq) === places
  if (answer.lastRev >= known.lastRev && knowsAll(answer)) return answer.unreadCount
  if (answer.lastRev <= known.lastRev && knowsAll(known)) return known.unreadCount
  return Math.min(answer.lastRev >= known.lastRev ? answer.unreadCount : known.unreadCount, places)
}

/** A difference of clocks that is no order, ms. */
const CLOCKS_DIFFER_MS = 1000

/**
 * Puts a conversation with a message that was written just now before all others. The times of messages may go back, when the clock
 * of the server was set back; the order of a list does not.
 */
export function asNewest(
  conversation: Conversation,
  byId: Readonly<Record<ConversationId, Conversation>>,
): Conversation {
  const newest = Math.max(0, ...Object.values(byId).map(({ lastActivityAt }) => Date.parse(lastActivityAt)))
  if (newest - Date.parse(conversation.lastActivityAt) < CLOCKS_DIFFER_MS) return conversation
  return { ...conversation, lastActivityAt: new Date(newest + 1).toISOString() }
}

/** A message that is new, or was edited or deleted. The same conversation when it is known already. */
export function withMessage(conversation: Conversation, message: Message, isOwn: boolean): Conversation {
  const { lastMessage, lastSeq } = conversation
  const lastRev = Math.max(conversation.lastRev, message.rev)
  // It holds a place, and that is all.
  if (message.hidden) return { ...conversation, lastRev, lastSeq: Math.max(lastSeq, message.seq) }
  const counts = message.kind === 'user' && message.deletedAt === null
  if (message.seq > lastSeq) {
    // The store asks the server when places are missing in between.
    const unreadCount = conversation.unreadCount + Number(counts)
    const next = {
      ...conversation,
      lastMessage: message,
      lastSeq: message.seq,
      lastRev,
      unreadCount,
      // Events of a group move it in no list.
      lastActivityAt: message.kind === 'system' ? conversation.lastActivityAt : message.createdAt,
    }
    return writtenByPeer(withRead(next, isOwn ? message.seq : 0), message)
  }
  const isLast = message.id === lastMessage?.id && message.rev > lastMessage.rev
  // A deleted message is unread no more. Only its first event tells, which is a change that was not known.
  const isGone =
    message.rev > conversation.lastRev &&
    message.deletedAt !== null &&
    message.kind === 'user' &&
    !isOwn &&
    !hasRead(conversation, message.seq)
  const unreadCount = Math.max(0, conversation.unreadCount - Number(isGone))
  // One that was overtaken tells as well that its writer has read.
  if (isLast) return writtenByPeer({ ...conversation, lastMessage: message, lastRev, unreadCount }, message)
  return writtenByPeer(
    lastRev > conversation.lastRev ? { ...conversation, lastRev, unreadCount } : conversation,
    message,
  )
}

/** Messages that the reader has seen. @param count how many of them were unread */
export function withSeen(conversation: Conversation, { from, to, count }: SeenRange & { count: number }): Conversation {
  const reading = readingOf(conversation, { readSeq: 0, seen: [{ from, to }] })
  return {
    ...conversation,
    ...reading,
    deliveredSeq: Math.max(conversation.deliveredSeq, to),
    markedUnread: false,
    unreadCount: Math.max(0, Math.min(conversation.unreadCount - count, unreadPlaces(reading, conversation.lastSeq))),
  }
}

/** Returns the conversation after a receipt. A watermark never goes back. */
export function withReceipt(conversation: Conversation, receipt: Receipt, isOwn: boolean): Conversation {
  const { deliveredSeq, readSeq } = receipt
  const isPeer = conversation.peer?.id === receipt.userId
  // In the conversation with oneself one is both.
  const peers = isPeer
    ? {
        peerDeliveredSeq: Math.max(conversation.peerDeliveredSeq, deliveredSeq),
        peerReadSeq: Math.max(conversation.peerReadSeq, readSeq),
      }
    : {}
  const next = { ...conversation, ...peers }
  if (!isOwn) return next
  const delivered = { ...next, deliveredSeq: Math.max(next.deliveredSeq, deliveredSeq) }
  const { own } = receipt
  if (!own) return withRead(delivered, readSeq)
  const reading = readingOf(conversation, { readSeq, seen: own.seen })
  const places = unreadPlaces(reading, conversation.lastSeq)
  const isWhole = places === unreadPlaces({ readSeq, seen: own.seen }, conversation.lastSeq)
  const isExact = isWhole && own.lastRev === conversation.lastRev
  return {
    ...delivered,
    ...reading,
    unreadCount: isExact ? own.unreadCount : Math.min(conversation.unreadCount, places),
  }
}

/** Tells whether the count after a receipt of the user's own is uncertain: messages were read elsewhere that this page does not know. */
export function isCountUncertain(conversation: Conversation, { own }: Receipt): boolean {
  return own !== undefined && own.lastRev !== conversation.lastRev && conversation.unreadCount > 0
}

/** Watermarks only rise, so an answer that comes late changes nothing. */
export function withRead(conversation: Conversation, seq: number): Conversation {
  const reading = readingOf(conversation, { readSeq: seq, seen: [] })
  const deliveredSeq = Math.max(conversation.deliveredSeq, reading.readSeq)
  return { ...conversation, ...reading, deliveredSeq, unreadCount: unreadAfter(conversation, reading) }
}

/** Never more than there are places, of which some do not count; and none behind the last message that is shown. */
function unreadAfter({ unreadCount, lastSeq, lastMessage }: Conversation, reading: Reading): number {
  return reading.readSeq >= (lastMessage?.seq ?? 0) ? 0 : Math.min(unreadCount, unreadPlaces(reading, lastSeq))
}

/** Returns the change of the group that a system message carries. */
export function withEvent(
  conversation: Conversation,
  { event, senderId, rev }: Message,
  ownId: UserId | undefined,
): Conversation {
  const { group } = conversation
  if (!group || !event || rev <= conversation.lastRev) return conversation
  return { ...conversation, group: changedGroup(group, event, { senderId, ownId }) }
}

function changedGroup(
  group: Group,
  event: NonNullable<Message['event']>,
  { senderId, ownId }: { senderId: UserId; ownId: UserId | undefined },
): Group {
  switch (event.kind) {
    case 'renamed':
      return { ...group, name: event.name, ...revisionOf(event) }
    case 'described':
      return { ...group, description: event.description, ...revisionOf(event) }
    case 'pictureChanged':
      return { ...group, picture: event.picture }
    case 'historyChanged':
      return { ...group, history: event.history, ...revisionOf(event) }
    case 'roleChanged':
      return event.userId === ownId ? { ...group, role: event.role } : group
    case 'transferred':
      if (event.userId === ownId) return { ...group, role: 'owner' }
      return senderId === ownId ? { ...group, role: 'admin' } : group
    case 'created':
    case 'added':
    case 'removed':
    case 'left':
    case 'joinedByLink':
      return { ...group, memberCount: event.memberCount }
  }
}

const revisionOf = ({ revision }: { revision?: number }): Partial<Group> => (revision === undefined ? {} : { revision })

/** The user hides their read receipts from now on, and sees no others. */
export function withReceiptsHidden(conversation: Conversation): Conversation {
  return conversation.kind === 'direct' ? { ...conversation, receiptsHidden: true, peerReadSeq: 0 } : conversation
}

/** A user who writes has read everything before. No event says so besides the message. */
function writtenByPeer(conversation: Conversation, { seq, senderId }: Message): Conversation {
  const { peer, peerDeliveredSeq, peerReadSeq, receiptsHidden } = conversation
  if (peer?.id !== senderId || (seq <= peerDeliveredSeq && (receiptsHidden || seq <= peerReadSeq))) return conversation
  return {
    ...conversation,
    peerDeliveredSeq: Math.max(peerDeliveredSeq, seq),
    peerReadSeq: receiptsHidden ? peerReadSeq : Math.max(peerReadSeq, seq),
  }
}

function isBehind(answer: Conversation, known: Conversation): boolean {
  return (
    answer.lastSeq < known.lastSeq ||
    (answer.lastSeq === known.lastSeq && (answer.lastMessage?.rev ?? 0) < (known.lastMessage?.rev ?? 0))
  )
}
