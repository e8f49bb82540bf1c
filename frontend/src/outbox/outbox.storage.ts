import type { Attachment, ConversationId, Problem, UserId } from 'backend/contract'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { aheadOf, allAhead, dropAhead, putAhead } from './outboxJournal.storage.ts'

/** Something a person wrote or did that the server has not acknowledged. Names its conversation, and the message but for a new one. */
export type OutboxEntry = EntryBase &
  (SendEntry | { kind: 'edit'; seq: number; text: string } | { kind: 'delete'; seq: number })

/** A new message. Without files where an earlier build of the page wrote it. */
export interface SendEntry {
  kind: 'send'
  text: string
  files?: OutboxFile[]
}

/** A file of a message. Its content stays in the tab that uploads it; what the server has got is known by its attachment. */
export interface OutboxFile {
  /** Of the upload, in its tab. */
  key: string
  /** Of the tab that uploads it. */
  tab: string
  name: string
  size: number
  mimeType: string
  kind: Attachment['kind']
  width: number | null
  height: number | null
  durationSeconds: number | null
  waveform: number[] | null
  isVoice: boolean
  /** Null until the upload is complete; its id goes with the message then. */
  attachment: Attachment | null
}

interface EntryBase {
  /** The `clientMessageId` or `clientEditId`: sent again with it, it is done once. */
  id: string
  userId: UserId
  conversationId: ConversationId
  /** Ascending as they were written: milliseconds since 1970, counted up within one. */
  order: number
  createdAt: string
  state: 'sending' | 'failed'
  /** Why the server refused it. */
  problem: Problem | null
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxEntry; indexes: { user: string } }
}

/** Longer than any browser takes that opens it at all: some never answer, in private windows or after a crash. */
const OPEN_TIMEOUT_MS = 3000

let opened: Promise<IDBPDatabase<Schema> | null> | null = null
/** What IndexedDB would not take, because it is missing, forbidden or full: it lives as long as the page. */
const memory = new Map<string, OutboxEntry>()

/** Keeps or replaces an entry, safely from the call on. False when the tabs do not share a disk: it is kept as well as can be. */
export async function keepEntry(entry: OutboxEntry): Promise<boolean> {
  putAhead(entry)
  const kept = await withStore(async (db) => {
    await db.put('outbox', entry)
    return true
  })
  if (kept) {
    memory.delete(entry.id)
    dropAhead(entry.id)
  } else memory.set(entry.id, entry)
  return kept === true
}

export async function dropEntry(id: string): Promise<void> {
  memory.delete(id)
  dropAhead(id)
  await withStore((db) => db.delete('outbox', id))
}

export async function entryOf(id: string): Promise<OutboxEntry | undefined> {
  return memory.get(id) ?? aheadOf(id) ?? (await withStore((db) => db.get('outbox', id))) ?? undefined
}

/** All of a person's entries, in the order in which they were written. */
export async function entriesOf(userId: UserId): Promise<OutboxEntry[]> {
  // In this order: what moves to the disk meanwhile is found in one of the two.
  const ahead = allAhead()
  const kept = (await withStore((db) => db.getAllFromIndex('outbox', 'user', userId))) ?? []
  const newest = new Map([...kept, ...ahead, ...memory.values()].map((entry) => [entry.id, entry]))
  return [...newest.values()].filter((entry) => entry.userId === userId).toSorted((a, b) => a.order - b.order)
}

let lastOrder = 0
export function nextOrder(): number {
  lastOrder = Math.max(Date.now(), lastOrder + 1)
  return lastOrder
}

/** Null when there is no database, or when it failed. */
async function withStore<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T | null> {
  opened ??= open()
  const db = await opened
  if (!db) return null
  try {
    return await work(db)
  } catch {
    return null
  }
}

async function open(): Promise<IDBPDatabase<Schema> | null> {
  if (!('indexedDB' in globalThis)) return null
  return Promise.race([
    openDisk().catch(() => null),
    new Promise<null>((resolve) => setTimeout(resolve, OPEN_TIMEOUT_MS, null)),
  ])
}

/** Where storage is forbidden browsers throw at the attempt itself; async makes that a rejection like any other. */
async function openDisk(): Promise<IDBPDatabase<Schema>> {
  return await openDB<Schema>('parley', 1, {
    upgrade: (db) => void db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('user', 'userId'),
    // A later build of the page wants to change the database, or the browser closed it: open it anew when it is needed.
    blocking: (_current, _blocked, event) => closeAndReopen(event.target),
    terminated: () => {
      opened = null
    },
  })
}

function closeAndReopen(database: EventTarget | null): void {
  if (database instanceof IDBDatabase) database.close()
  opened = null
}
