import type { AdminGroup, Broadcast, BroadcastId, BroadcastPage, LedgerCounts, LedgerEntry } from 'backend/contract'
import { id, user } from './index.ts'

/** Builders of what admins are told of broadcasts. */

export function broadcast(given: Partial<Broadcast> = {}): Broadcast {
  return {
    id: id(),
    title: 'Water off today',
    text: 'From 13:00 to 15:30.',
    attachments: [],
    priority: 'normal',
    audience: { kind: 'everybody' },
    needsAcknowledgement: true,
    sendAt: null,
    timeZone: 'UTC',
    expiresAt: null,
    state: 'sent',
    revision: 1,
    draftRevision: 0,
    materialRevision: 1,
    seq: 1,
    recipientCount: 0,
    createdBy: id(),
    createdAt: '2026-11-21T08:50:00.000Z',
    sentAt: '2026-11-21T08:52:00.000Z',
    reminders: null,
    ...given,
  }
}

export const draft = (given: Partial<Broadcast> = {}): Broadcast =>
  broadcast({ state: 'draft', seq: null, sentAt: null, needsAcknowledgement: false, ...given })

export const adminGroup = (given: Partial<AdminGroup> = {}): AdminGroup => ({
  id: id(),
  name: 'Choir',
  memberCount: 12,
  ...given,
})

/** They add up to the recipients. */
export function counts(given: Partial<Omit<LedgerCounts, 'recipients'>> = {}): LedgerCounts {
  const states = { queued: 0, delivered: 0, opened: 0, acknowledged: 0, ...given }
  return { ...states, recipients: states.queued + states.delivered + states.opened + states.acknowledged }
}

/** A page of a list, with what is known of how far each has got. */
export function pageOf(
  broadcasts: Broadcast[],
  given: Partial<BroadcastPage> = {},
  of: Record<BroadcastId, LedgerCounts> = {},
): BroadcastPage {
  const items = broadcasts.map((broadcast) => ({
    ...broadcast,
    counts: broadcast.sentAt === null ? null : (of[broadcast.id] ?? counts({ acknowledged: 147, opened: 101 })),
  }))
  const totals = { all: items.length, held: 0, waiting: 0, scheduled: 0, sent: 0, drafts: 0 }
  return { items, nextCursor: null, totals, ...given }
}

export function entry(given: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    user: user(),
    state: 'delivered',
    deliveredAt: '2026-11-21T08:53:00.000Z',
    openedAt: null,
    acknowledgedAt: null,
    acknowledgedRevision: null,
    remindedAt: null,
    history: [],
    ...given,
  }
}
