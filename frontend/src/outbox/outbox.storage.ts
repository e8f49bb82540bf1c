import type { Attachment, ConversationId, Problem, UserId } from 'backend/contract'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { registerUnsent } from '../accounts/unsent.registry.ts'
import { aheadOf, allAhead, dropAhead, putAhead } from './outboxJournal.storage.ts'

/** A message, edit or deletion that the server has not acknowledged. */
export type OutboxEntry = EntryBase & (SendEntry | EditEntry | { kind: 'delete'; seq: number })

/** A new message. `files` is absent in entries that an earlier build of the page wrote. */
export interface SendEntry {
  kind: 'send'
  text: string
  files?: OutboxFile[]
}

/** A new text of a message. */
export interface EditEntry {
  kind: 'edit'
  seq: number
  text: string
  /** The `rev` of the message whose text the user edited. Absent in entries that an earlier build of the page wrote. */
  fromRev?: number
  /** The text that the user edited, and those of own edits before, which may have arrived: none of them is another device's. */
  known?: readonly string[]
}

/** A file of a message. Its content stays in the tab that uploads it; `attachment` names the uploaded one. */
export interface OutboxFile {
  /** Key of the upload in its tab. */
  key: string
  /** Id of the tab that uploads it. */
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
  /** Null until the upload is complete. */
  attachment: Attachment | null
}

interface EntryBase {
  /** The `clientMessageId` or `clientEditId`: the server does a repeat with the same id only once. */
  id: string
  userId: UserId
  conversationId: ConversationId
  /** Ascending in the order of writing: milliseconds since 1970, counted up within one. */
  order: number
  createdAt: string
  state: 'sending' | 'failed'
  /** Why the server refused it. */
  problem: Problem | null
}

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxEntry; indexes: { user: string } }
}

/** Longer than any browser needs to open it. Some never answer, in private windows or after a crash. */
const OPEN_TIMEOUT_MS = 3000

let opened: Promise<IDBPDatabase<Schema> | null> | null = null
/** Entries that IndexedDB did not take because it is missing, forbidden or full. Lost with the page. */
const memory = new Map<string, OutboxEntry>()

/** Stores or replaces an entry, safely from the call on. Returns false when it is not in the database that all tabs share. */
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

/** Deletes an entry in memory, in the journal and on the disk. */
export async function dropEntry(id: string): Promise<void> {
  memory.delete(id)
  dropAhead(id)
  await withStore((db) => db.delete('outbox', id))
}

/** Returns an entry in its newest state; undefined when it is gone. */
export async function entryOf(id: string): Promise<OutboxEntry | undefined> {
  return memory.get(id) ?? aheadOf(id) ?? (await withStore((db) => db.get('outbox', id))) ?? undefined
}

/** Returns all entries of a user in the order of writing. */
export async function entriesOf(userId: UserId): Promise<OutboxEntry[]> {
  // Read the journal first: an entry that moves to the disk meanwhile is then found in one of the two.
  const ahead = allAhead()
  const kept = (await withStore((db) => db.getAllFromIndex('outbox', 'user', userId))) ?? []
  const newest = new Map([...kept, ...ahead, ...memory.values()].map((entry) => [entry.id, entry]))
  const entries = [...newest.values()].filter((entry) => entry.userId === userId).toSorted((a, b) => a.order - b.order)
  // An entry may be from before the computer's clock was set back. What is written now comes after it.
  lastOrder = Math.max(lastOrder, entries.at(-1)?.order ?? 0)
  return entries
}

let lastOrder = 0

registerUnsent('messages', {
  count: async (userId) => (await entriesOf(userId)).length,
  forget: async (userId) => {
    for (const { id } of await entriesOf(userId)) await dropEntry(id)
  },
})

/** Returns a number above all that this tab got and read before, near the time in milliseconds. */
export function nextOrder(): number {
  lastOrder = Math.max(Date.now(), lastOrder + 1)
  return lastOrder
}

/** Returns null when there is no database, or when it failed. */
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

/** Opens the database. Browsers that forbid storage throw at the call; `async` makes that a rejection. */
async function openDisk(): Promise<IDBPDatabase<Schema>> {
  return await openDB<Schema>('parley', 1, {
    upgrade: (db) => void db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('user', 'userId'),
    // A later build of the page upgrades the database, or the browser closed it: it is opened again when needed.
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
