import { plural, t } from '@lingui/core/macro'
import {
  LIMITS,
  type Attachment,
  type AttachmentId,
  type AttachmentKind,
  type CompleteUploadInput,
  type ConversationId,
  type Problem,
  type UploadAllowance,
} from 'backend/contract'
import { create } from 'zustand'
import { registerUnsent } from '../accounts/unsent.registry.ts'
import { fileSize } from '../lib/format.ts'
import * as api from './upload.api.ts'
import { factsOf, guessedKind } from './file.metadata.ts'
import { newId } from '../lib/newId.ts'
import { asProblem } from '../connection/problem.model.ts'
import { upload } from './upload.client.ts'

/** A chosen file: waiting, uploading or uploaded. */
export interface UploadItem {
  key: string
  conversationId: ConversationId
  file: File
  kind: AttachmentKind
  isVoice: boolean
  facts: CompleteUploadInput
  /** `checking`: asks the server whether it may be uploaded. `waiting`: goes on by itself when the connection is back. */
  state: 'checking' | 'queued' | 'uploading' | 'waiting' | 'done' | 'failed'
  /** Bytes that the server has. */
  sent: number
  attachment: Attachment | null
  problem: Problem | null
}

interface UploadsState {
  items: Readonly<Record<string, UploadItem>>
  /** Keys of the files above the composer of a conversation, in order. */
  trays: Readonly<Record<ConversationId, readonly string[]>>
  /** Says which files a tray did not take, and why. */
  notes: Readonly<Record<ConversationId, string>>
  /** Files that this tab uploaded, shown until the server's picture is loaded. */
  originals: Readonly<Record<AttachmentId, Blob>>
  /** Puts files into the tray and starts their upload. */
  attach(id: ConversationId, files: readonly File[]): Promise<void>
  /** Starts the upload of a file whose message is sent at once, such as a voice message. */
  begin(id: ConversationId, file: File, voice?: CompleteUploadInput): UploadItem
  retry(key: string): void
  /** Stops the upload and deletes the file, also on the server. */
  remove(key: string): void
  dismissNote(id: ConversationId): void
  /** Empties the tray and returns its files, for a message. */
  take(id: ConversationId): UploadItem[]
  /** Forgets files whose message the server has. */
  release(keys: readonly string[]): void
  /** Forgets everything, so that the next user finds nothing. */
  forget(): void
}

/** Uploads at the same time. More would make each slower. */
const AT_ONCE = 2
/** How long an answer about the allowance is used again: several files need one request. */
const ALLOWANCE_MS = 10_000
/** Files whose content is kept in memory. */
const ORIGINALS_MAX = 40

type Listener = (item: UploadItem) => void
const listeners = new Set<Listener>()

/** Calls the listener when an upload is done or was refused. */
export function onUploadSettled(listener: Listener): void {
  listeners.add(listener)
}

export const useUploads = create<UploadsState>()((set, get) => {
  const running = new Map<string, AbortController>()
  const ids = new Map<string, AttachmentId>()
  let allowance: { answer: UploadAllowance; at: number } | null = null

  function change(key: string, part: Partial<UploadItem>): void {
    const item = get().items[key]
    if (item) set(({ items }) => ({ items: { ...items, [key]: { ...item, ...part } } }))
  }

  function settle(key: string, part: Partial<UploadItem>): void {
    change(key, part)
    const item = get().items[key]
    if (item) listeners.forEach((listener) => listener(item))
  }

  function add(conversationId: ConversationId, file: File, more: Partial<UploadItem> = {}): UploadItem {
    const item: UploadItem = {
      key: newId(),
      conversationId,
      file,
      kind: guessedKind(file),
      isVoice: false,
      facts: {},
      state: 'queued',
      sent: 0,
      attachment: null,
      problem: null,
      ...more,
    }
    set(({ items }) => ({ items: { ...items, [item.key]: item } }))
    return item
  }

  function beginNext(): void {
    const next = Object.values(get().items).find(({ key, state }) => state === 'queued' && !running.has(key))
    if (!next || running.size >= AT_ONCE) return
    void run(next)
    beginNext()
  }

  async function run({ key, file, isVoice, facts: given }: UploadItem): Promise<void> {
    const abort = new AbortController()
    running.set(key, abort)
    change(key, { state: 'uploading', problem: null })
    const isCurrent = () => running.get(key) === abort
    try {
      const facts = isVoice ? given : await factsOf(file)
      change(key, { facts })
      const attachment = await upload(file, facts, {
        signal: abort.signal,
        onStarted: (id) => ids.set(key, id),
        onProgress: (sent) => change(key, { sent }),
        onWaiting: (waiting) => change(key, { state: waiting ? 'waiting' : 'uploading' }),
      })
      if (!isCurrent()) return
      allowance = null
      set(({ originals }) => ({
        originals: Object.fromEntries([...Object.entries(originals), [attachment.id, file]].slice(-ORIGINALS_MAX)),
      }))
      settle(key, { state: 'done', attachment, sent: file.size })
    } catch (error) {
      if (isCurrent()) settle(key, { state: 'failed', problem: asProblem(error) })
    } finally {
      if (isCurrent()) running.delete(key)
      beginNext()
    }
  }

  async function currentAllowance(): Promise<UploadAllowance | null> {
    if (allowance && performance.now() - allowance.at < ALLOWANCE_MS) return allowance.answer
    try {
      const answer = await api.uploadAllowance()
      allowance = { answer, at: performance.now() }
      return answer
    } catch {
      // The server checks again when the upload begins.
      return null
    }
  }

  function forgetItem(key: string): void {
    set(({ items, trays }) => ({
      items: without(items, key),
      trays: Object.fromEntries(Object.entries(trays).map(([id, keys]) => [id, keys.filter((other) => other !== key)])),
    }))
  }

  return {
    items: {},
    trays: {},
    notes: {},
    originals: {},

    async attach(id, files) {
      const room = LIMITS.attachmentsMax - (get().trays[id]?.length ?? 0)
      const taken = files.slice(0, Math.max(0, room))
      const leftOut = files.length - taken.length
      set(({ notes }) => ({ notes: leftOut === 0 ? without(notes, id) : { ...notes, [id]: tooMany(leftOut) } }))
      // The tray shows them at once; the upload begins after the check.
      const added = taken.map((file) => add(id, file, { state: 'checking' }))
      set(({ trays }) => ({ trays: { ...trays, [id]: [...(trays[id] ?? []), ...added.map(({ key }) => key)] } }))
      const limits = await currentAllowance()
      let remaining = limits?.remaining ?? Number.POSITIVE_INFINITY
      for (const { key, file } of added) {
        const problem = limits && refusal(file, limits, remaining)
        if (problem) {
          settle(key, { state: 'failed', problem })
        } else {
          remaining -= file.size
          change(key, { state: 'queued' })
        }
      }
      beginNext()
    },

    begin(id, file, voice) {
      const item = add(id, file, voice ? { kind: 'audio', isVoice: true, facts: { ...voice, isVoice: true } } : {})
      beginNext()
      return get().items[item.key] ?? item
    },

    retry(key) {
      change(key, { state: 'queued', sent: 0, problem: null })
      allowance = null
      beginNext()
    },

    remove(key) {
      running.get(key)?.abort()
      running.delete(key)
      const id = ids.get(key)
      ids.delete(key)
      forgetItem(key)
      allowance = null
      // Otherwise the server deletes it a day later.
      if (id !== undefined) api.cancelUpload(id).catch(() => {})
      beginNext()
    },

    dismissNote: (id) => set(({ notes }) => ({ notes: without(notes, id) })),

    take(id) {
      const { trays, items, notes } = get()
      set({ trays: without(trays, id), notes: without(notes, id) })
      return (trays[id] ?? []).flatMap((key) => items[key] ?? [])
    },

    release(keys) {
      for (const key of keys) {
        ids.delete(key)
        forgetItem(key)
      }
    },

    forget() {
      for (const abort of running.values()) abort.abort()
      running.clear()
      ids.clear()
      allowance = null
      set({ items: {}, trays: {}, notes: {}, originals: {} })
    },
  }
})

registerUnsent('files', {
  count: () => Object.values(useUploads.getState().trays).flat().length,
  // The end of the session has forgotten them.
  forget: () => {},
})

/** Returns whether leaving the page would lose files: those being uploaded, and those chosen and not sent. */
export function hasUnsentFiles(): boolean {
  const { items, trays } = useUploads.getState()
  return (
    Object.values(trays).some((keys) => keys.length > 0) ||
    Object.values(items).some(({ state }) => state !== 'done' && state !== 'failed')
  )
}

function tooMany(leftOut: number): string {
  const max = LIMITS.attachmentsMax
  return plural(leftOut, {
    one: `A message can have ${max} files. # file was not added: send it in another message.`,
    other: `A message can have ${max} files. # files were not added: send them in another message.`,
  })
}

/** Refuses a file as the server would, before anything is sent. Returns null for a file that fits. */
function refusal({ size }: File, { fileMax, quota }: UploadAllowance, remaining: number): Problem | null {
  const base = { type: 'about:blank', status: 413 } as const
  const needed = fileSize(size)
  if (size > fileMax) {
    const allowed = fileSize(fileMax)
    return {
      ...base,
      code: 'too_large',
      title: t`The file is too large`,
      detail: t`The file has ${needed}. A file can have at most ${allowed}.`,
      limit: fileMax,
    }
  }
  if (size <= remaining) return null
  const total = fileSize(quota ?? 0)
  const free = fileSize(Math.max(0, remaining))
  return {
    ...base,
    code: 'quota_exceeded',
    title: t`Your storage is full`,
    detail: t`The file needs ${needed}. You have ${free} left of your ${total}. Delete messages with files to free space.`,
    ...(quota !== null && { limit: quota }),
  }
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...others } = record
  return others
}
