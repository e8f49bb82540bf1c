import { describe, expect, test } from 'vitest'
import { withAnswer, withMessage, withReceipt, withReceiptsHidden } from '../../src/conversations/conversation.model.ts'
import { broadcast, conversation, message, user } from '../generators/index.ts'

const kofi = user()
const me = user()
const chat = conversation({
  peer: kofi,
  lastMessage: message({ seq: 5, senderId: me.id }),
  peerReadSeq: 2,
  peerDeliveredSeq: 3,
})
const from = (senderId: string, seq: number, rev = seq) => message({ conversationId: chat.id, senderId, seq, rev })

describe('a user who writes has read everything before', () => {
  test('so a new message of the other raises how far they have read', () => {
    expect(withMessage(chat, from(kofi.id, 6), false)).toMatchObject({
      peerReadSeq: 6,
      peerDeliveredSeq: 6,
      unreadCount: 1,
    })
  })

  test('so does one that was overtaken by a newer one', () => {
    expect(withMessage(chat, from(kofi.id, 4), false)).toMatchObject({
      peerReadSeq: 4,
      peerDeliveredSeq: 4,
      lastSeq: 5,
    })
  })

  test('unless one of the two hides read receipts: it only shows that it was delivered', () => {
    const hidden = { ...chat, receiptsHidden: true, peerReadSeq: 0 }
    expect(withMessage(hidden, from(kofi.id, 6), false)).toMatchObject({ peerReadSeq: 0, peerDeliveredSeq: 6 })
    expect(withMessage(hidden, from(kofi.id, 4), false)).toMatchObject({ peerReadSeq: 0, peerDeliveredSeq: 4 })
  })

  test('and a message of one’s own says nothing of the other, but that one has read oneself', () => {
    expect(withMessage({ ...chat, readSeq: 3, unreadCount: 2 }, from(me.id, 6), true)).toMatchObject({
      peerReadSeq: 2,
      peerDeliveredSeq: 3,
      readSeq: 6,
      unreadCount: 0,
    })
  })

  test('and the announcements have no peer', () => {
    const notices = broadcast({ lastMessage: message({ seq: 1 }) })
    expect(withMessage(notices, from(kofi.id, 2), false)).toMatchObject({ peerReadSeq: 0, peerDeliveredSeq: 0 })
  })

  test('and what is known already is the same conversation, so that nothing is drawn anew', () => {
    const known = withMessage(chat, from(kofi.id, 6), false)
    expect(withMessage(known, from(kofi.id, 4, 6), false)).toBe(known)
  })
})

describe('watermarks', () => {
  test('never sink, whichever of an answer and an event comes first', () => {
    const late = withAnswer({ ...chat, peerReadSeq: 5, peerDeliveredSeq: 5 }, chat)
    expect(late).toMatchObject({ peerReadSeq: 5, peerDeliveredSeq: 5 })
    expect(
      withReceipt(late, { conversationId: chat.id, userId: kofi.id, deliveredSeq: 4, readSeq: 1 }, false),
    ).toMatchObject({ peerReadSeq: 5, peerDeliveredSeq: 5 })
  })

  test('of reading are gone as soon as they are hidden, and come back with the answer that says they are not', () => {
    const hidden = withReceiptsHidden(chat)
    expect(hidden).toMatchObject({ receiptsHidden: true, peerReadSeq: 0, peerDeliveredSeq: 3 })
    expect(withAnswer(hidden, { ...chat, peerReadSeq: 4 })).toMatchObject({ receiptsHidden: false, peerReadSeq: 4 })
    expect(withAnswer(chat, { ...chat, receiptsHidden: true, peerReadSeq: 0 })).toMatchObject({
      receiptsHidden: true,
      peerReadSeq: 0,
    })
  })
})
