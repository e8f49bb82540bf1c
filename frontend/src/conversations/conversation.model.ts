import type { Conversation, Group, Message, Receipt, UserId } from 'backend/contract'

/** How what comes changes a conversation that the page knows. Answers and live events overtake each other: nothing goes back. */

/** What the server says, except where a live event has already said something newer. */
export function withAnswer(known: Conversation, answer: Conversation): Conversation {
  const { lastMessage, lastSeq, lastActivityAt } = isBehind(answer, known) ? known : answer
  // Hidden receipts are shown as 0, and seen again when they are hidden no more.
  const peerReadSeq =
    known.receiptsHidden === answer.receiptsHidden
      ? Math.max(known.peerReadSeq, answer.peerReadSeq)
      : answer.peerReadSeq
  const next: Conversation = {
    ...answer,
    // What the server said before an event that is here would take back what that told.
    group: answer.lastRev < known.lastRev ? known.group : answer.group,
    lastMessage,
    lastSeq,
    lastActivityAt,
    unreadCount: answer.unreadCount + lastSeq - answer.lastSeq,
    lastRev: Math.max(known.lastRev, answer.lastRev),
    deliveredSeq: Math.max(known.deliveredSeq, answer.deliveredSeq),
    peerReadSeq,
    peerDeliveredSeq: Math.max(known.peerDeliveredSeq, answer.peerDeliveredSeq),
  }
  return withRead(next, known.readSeq)
}

/** A message that is new, or was edited or deleted. The same conversation when it is known already. */
export function withMessage(conversation: Conversation, message: Message, isOwn: boolean): Conversation {
  const { lastMessage, lastSeq } = conversation
  const lastRev = Math.max(conversation.lastRev, message.rev)
  // It holds a place, and that is all.
  if (message.hidden) return { ...conversation, lastRev, lastSeq: Math.max(lastSeq, message.seq) }
  if (message.seq > lastSeq) {
    const unreadCount = conversation.unreadCount + message.seq - lastSeq
    const next = {
      ...conversation,
      lastMessage: message,
      lastSeq: message.seq,
      lastRev,
      unreadCount,
      lastActivityAt: message.createdAt,
    }
    return writtenByPeer(withRead(next, isOwn ? message.seq : 0), message)
  }
  const isLast = message.id === lastMessage?.id && message.rev > lastMessage.rev
  // One that was overtaken tells as well that its writer has read.
  if (isLast) return writtenByPeer({ ...conversation, lastMessage: message, lastRev }, message)
  return writtenByPeer(lastRev > conversation.lastRev ? { ...conversation, lastRev } : conversation, message)
}

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
  return isOwn ? withRead({ ...next, deliveredSeq: Math.max(next.deliveredSeq, deliveredSeq) }, readSeq) : next
}

/** Watermarks only rise, so an answer that comes late changes nothing. */
export function withRead(conversation: Conversation, seq: number): Conversation {
  const readSeq = Math.max(conversation.readSeq, seq)
  const deliveredSeq = Math.max(conversation.deliveredSeq, readSeq)
  return { ...conversation, readSeq, deliveredSeq, unreadCount: unreadAfter(conversation, readSeq) }
}

/** Never more than there are places, of which hidden messages hold some; and none behind the last message that is shown. */
function unreadAfter({ unreadCount, lastSeq, lastMessage }: Conversation, readSeq: number): number {
  return readSeq >= (lastMessage?.seq ?? 0) ? 0 : Math.max(0, Math.min(unreadCount, lastSeq - readSeq))
}

/** What a system message tells of the group itself. */
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
      return { ...group, name: event.name }
    case 'described':
      return { ...group, description: event.description }
    case 'pictureChanged':
      return { ...group, picture: event.picture }
    case 'historyChanged':
      return { ...group, history: event.history }
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

/** The person hides their read receipts from now on, and sees nobody's. */
export function withReceiptsHidden(conversation: Conversation): Conversation {
  return conversation.kind === 'direct' ? { ...conversation, receiptsHidden: true, peerReadSeq: 0 } : conversation
}

/** Who writes has read everything before; no event tells it besides the message. */
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
