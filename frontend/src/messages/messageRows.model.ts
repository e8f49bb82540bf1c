import type { BroadcastMark, Message, UserId } from 'backend/contract'
import { dayNumber } from '../lib/format.ts'
import type { PendingChange, PendingMessage } from '../timeline/timeline.model.ts'
import { shownFile, type ShownAttachment } from '../attachments/shownAttachment.model.ts'

/** A row of the timeline. */
export type Row =
  /** Above the oldest message: more is coming, could not come, or this is where it began. */
  | { kind: 'top'; key: string }
  | { kind: 'day'; key: string; iso: string }
  | { kind: 'new'; key: string }
  | MessageRow
  | SystemRow
  /** Room below the newest. */
  | { kind: 'bottom'; key: string }

export interface MessageRow {
  kind: 'message'
  /** The same while a message is being sent and after, so that it does not flicker when it arrives. */
  key: string
  /** Null until the server has given it a place. */
  seq: number | null
  senderId: UserId
  own: boolean
  title: string | null
  /** As it is shown: with an edit of the user's own that is on its way. */
  text: string
  clientMessageId: string
  /** Of an announcement that is accounted for. */
  broadcast: BroadcastMark | null
  /** None when it was deleted. */
  attachments: readonly ShownAttachment[]
  createdAt: string
  edited: boolean
  deleted: boolean
  /** Set while it is not with the server. */
  pending: PendingMessage | null
  /** An edit of it, or its deletion, that is not with the server. */
  change: PendingChange | null
  /** First and last of a group: one author, without a longer pause. */
  first: boolean
  last: boolean
}

/** An event of a group. */
export interface SystemRow {
  kind: 'system'
  key: string
  seq: number
  own: boolean
  createdAt: string
  message: Message
}

interface Told {
  messages: readonly Message[]
  /** Always after the messages: they get their place when they arrive. */
  pending: readonly PendingMessage[]
  /** By `seq`. */
  changes: Readonly<Record<number, PendingChange>>
  ownId: UserId
  /** The "New messages" line stands before the first message after this one that waits for the reader; null: no line. */
  newAfterSeq: number | null
}

const GROUP_PAUSE_MS = 5 * 60_000

/** Lays out a timeline: days, groups by author, and the line above what is new. */
export function buildRows({ messages, pending, changes, ownId, newAfterSeq }: Told): Row[] {
  const rows: Row[] = [{ kind: 'top', key: 'top' }]
  let day = Number.NEGATIVE_INFINITY
  let before: MessageRow | null = null
  let lineIsDue = newAfterSeq !== null

  const append = (row: MessageRow | SystemRow): void => {
    const rowDay = dayNumber(row.createdAt)
    // Clocks may disagree around midnight; a day that was left does not begin again.
    if (rowDay > day) {
      rows.push({ kind: 'day', key: `day ${rowDay}`, iso: row.createdAt })
      day = rowDay
      before = null
    }
    const isNew = row.kind === 'message' && !row.own && !row.deleted && row.seq !== null
    if (lineIsDue && isNew && newAfterSeq !== null && (row.seq ?? 0) > newAfterSeq) {
      rows.push({ kind: 'new', key: 'new' })
      lineIsDue = false
      before = null
    }
    if (before && row.kind === 'message' && continues(before, row)) {
      before.last = false
      row.first = false
    }
    rows.push(row)
    before = row.kind === 'message' ? row : null
  }

  for (const message of messages) {
    if (message.hidden) continue
    append(
      message.kind === 'system' ? ofSystem(message, ownId) : ofMessage(message, changes[message.seq] ?? null, ownId),
    )
  }
  for (const entry of pending) append(ofPending(entry, ownId))
  rows.push({ kind: 'bottom', key: 'bottom' })
  return rows
}

function continues(before: MessageRow, row: MessageRow): boolean {
  const pause = Math.abs(Date.parse(row.createdAt) - Date.parse(before.createdAt))
  return before.senderId === row.senderId && pause <= GROUP_PAUSE_MS
}

function ofSystem(message: Message, ownId: UserId): SystemRow {
  const { id, seq, senderId, createdAt } = message
  return { kind: 'system', key: id, seq, own: senderId === ownId, createdAt, message }
}

function ofMessage(message: Message, change: PendingChange | null, ownId: UserId): MessageRow {
  const { id, seq, senderId, title, createdAt, clientMessageId, broadcast = null } = message
  const own = senderId === ownId
  // A deletion that was refused shows what is still there.
  const deleted = message.deletedAt !== null || (change?.kind === 'delete' && change.state === 'sending')
  return {
    kind: 'message',
    key: own ? `own ${clientMessageId}` : id,
    seq,
    senderId,
    own,
    title,
    text: change?.kind === 'edit' ? change.text : message.text,
    clientMessageId,
    broadcast,
    attachments: deleted ? NO_ATTACHMENTS : message.attachments,
    createdAt,
    edited: message.editedAt !== null || change?.kind === 'edit',
    deleted,
    pending: null,
    change,
    first: true,
    last: true,
  }
}

function ofPending(entry: PendingMessage, ownId: UserId): MessageRow {
  const { clientMessageId, text, createdAt } = entry
  return {
    kind: 'message',
    key: `own ${clientMessageId}`,
    seq: null,
    senderId: ownId,
    own: true,
    title: null,
    text,
    clientMessageId,
    broadcast: null,
    attachments: entry.files.map(shownFile),
    createdAt,
    edited: false,
    deleted: false,
    pending: entry,
    change: null,
    first: true,
    last: true,
  }
}

const NO_ATTACHMENTS: readonly ShownAttachment[] = []
