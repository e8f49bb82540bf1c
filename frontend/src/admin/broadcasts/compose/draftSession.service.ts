import type { Broadcast, BroadcastId, DraftBroadcastInput, UserId } from 'backend/contract'
import { createStore, type StoreApi } from 'zustand'
import * as api from '../shared/broadcast.api.ts'
import { newId } from '../../../lib/newId.ts'
import { ApiProblem, asProblem, isPassing } from '../../../connection/problem.model.ts'
import { beginDraft } from './draftStart.service.ts'
import {
  blankContent,
  contentOf,
  isBlank,
  isUnsent,
  nothingToSave,
  saveableOf,
  type DraftContent,
  type DraftState,
} from '../shared/draftContent.model.ts'
import { keepContent, keptContent } from './draftContent.storage.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { useUploads } from '../../../uploads/uploads.store.ts'

/** A broadcast that is being written. It goes on saving after the form is gone, until the server has everything. */
export interface DraftSession {
  state: StoreApi<DraftState>
  /** Of its uploads: where they stand in the store. */
  tray: string
  load(): Promise<void>
  change(part: Partial<DraftContent>): void
  /** Saves what is not saved. Throws ApiProblem. */
  save(): Promise<BroadcastId>
  /** A form shows it. Returns a function that says that it does no more. */
  show(): () => void
  /** It was sent or deleted: nothing of it is kept. */
  end(): void
  /** Saves no more; what is not saved stays on the device. */
  close(): void
}

/** After the last key: every save is a line of the audit log, and until then this device has it. */
const IDLE_MS = 2000
const RETRY_MS = 2000
const RETRY_MAX_MS = 30_000

/** Sessions that are not over, by the broadcast's id, or `new`. */
export type Sessions = Map<string, DraftSession>

export const keyOf = (id: BroadcastId | null): string => id ?? 'new'

/** Begins to write; null: a new one. What this device has kept of it is there at once, the rest after `load`. */
export function createSession(sessions: Sessions, userId: UserId, first: BroadcastId | null): DraftSession {
  const kept = keptContent(userId, keyOf(first))
  const state = createStore<DraftState>(() => ({
    id: first,
    status: first === null ? 'ready' : 'loading',
    problem: null,
    content: kept ?? blankContent(),
    saving: 'none',
    savedAt: null,
    saveProblem: null,
  }))
  const tray = `broadcast:${newId()}`
  let version = kept ? 1 : 0
  let saved = 0
  /** The ids of those that the server has: it looks at every file that is named. */
  let files = ''
  /** What an attempt to begin it said that got no answer. */
  let lost: DraftBroadcastInput | null = null
  let failures = 0
  let forms = 0
  let isOver = true
  let unwatch: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null

  function begin(): void {
    isOver = false
    sessions.set(keyOf(state.getState().id), session)
    unwatch = useUploads.subscribe(takeUploads)
    addEventListener('online', soon)
  }

  function soon(): void {
    if (version !== saved) schedule(0)
  }

  function schedule(delay: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void saveByItself(), delay)
  }

  /** What is typed meanwhile has its own time. */
  async function saveByItself(): Promise<void> {
    if (running) await running.catch(() => {})
    if (isOver || version === saved || isEmpty()) return
    await saveNow().catch(() => {})
    endIfDone()
  }

  /** There is nothing that the server should have. */
  function isEmpty(): boolean {
    const { id, content } = state.getState()
    return id === null && isBlank(content)
  }

  /** Those that are with the server belong to the draft. */
  function takeUploads(): void {
    const { trays, items, release } = useUploads.getState()
    const done = (trays[tray] ?? []).flatMap((key) => items[key]?.attachment ?? [])
    if (done.length > 0) {
      const keys = (trays[tray] ?? []).filter((key) => items[key]?.attachment)
      release(keys)
      session.change({ attachments: [...state.getState().content.attachments, ...done] })
    }
    endIfDone()
  }

  function endIfDone(): void {
    if (forms === 0 && (version === saved || isEmpty()) && !running && !useUploads.getState().trays[tray]?.length)
      close()
  }

  function close(): void {
    isOver = true
    clearTimeout(timer)
    unwatch?.()
    removeEventListener('online', soon)
    const key = keyOf(state.getState().id)
    if (sessions.get(key) === session) sessions.delete(key)
  }

  async function save(): Promise<BroadcastId> {
    clearTimeout(timer)
    await running?.catch(() => {})
    if (running) return save()
    const { id } = state.getState()
    if (id !== null && version === saved) return id
    if (isEmpty()) throw new ApiProblem(nothingToSave())
    await saveNow()
    return save()
  }

  function saveNow(): Promise<void> {
    running = saveOnce().finally(() => {
      running = null
    })
    return running
  }

  async function saveOnce(): Promise<void> {
    const mine = version
    const { id, content } = state.getState()
    const { input, isWhole } = saveableOf(content)
    const { attachmentIds, ...words } = input
    const named = String(attachmentIds)
    state.setState({ saving: 'saving' })
    try {
      const broadcast =
        id === null ? await beginDraft(userId, input, lost) : await api.editDraft(id, named === files ? words : input)
      files = named
      lost = null
      failures = 0
      saved = mine
      took(broadcast, isWhole)
    } catch (error) {
      const problem = asProblem(error)
      if (id === null && problem.status === 0) lost ??= input
      state.setState({ saving: 'failed', saveProblem: problem })
      // Somebody deleted it meanwhile: what is written here becomes another one.
      if (problem.code === 'not_found' && id !== null) become(null)
      if (isPassing(problem) || problem.code === 'not_found') retryLater()
      throw error
    }
  }

  function took(broadcast: Broadcast, isWhole: boolean): void {
    become(broadcast.id)
    useBroadcasts.getState().put(broadcast)
    if (version === saved) keepContent(userId, broadcast.id, isWhole ? null : state.getState().content)
    const saving = version !== saved ? 'unsaved' : isWhole ? 'saved' : 'local'
    state.setState({ saving, savedAt: new Date().toISOString(), saveProblem: null })
  }

  /** The server knows it under another id, or not at all. */
  function become(id: BroadcastId | null): void {
    const before = state.getState().id
    if (before === id) return
    keepContent(userId, keyOf(before), null)
    keepContent(userId, keyOf(id), state.getState().content)
    if (sessions.get(keyOf(before)) === session) sessions.delete(keyOf(before))
    if (!isOver) sessions.set(keyOf(id), session)
    state.setState({ id })
  }

  function retryLater(): void {
    if (!isOver) schedule(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures))
    failures += 1
  }

  const session: DraftSession = {
    state,
    tray,
    async load() {
      const { id } = state.getState()
      if (id === null) return
      state.setState({ status: 'loading', problem: null })
      try {
        const broadcast = await useBroadcasts.getState().fetch(id)
        files = String(broadcast.attachments.map((attachment) => attachment.id))
        // What is on this device is newer.
        state.setState({ status: 'ready', ...(version === saved && { content: contentOf(broadcast) }) })
        if (version !== saved && isUnsent(broadcast)) schedule(0)
      } catch (error) {
        const problem = asProblem(error)
        if (problem.code === 'not_found' && version !== saved) {
          become(null)
          state.setState({ status: 'ready' })
          schedule(0)
        } else {
          state.setState({ status: 'error', problem })
        }
      }
    },
    change(part) {
      version += 1
      const content = { ...state.getState().content, ...part }
      state.setState({ content, saving: 'unsaved', saveProblem: null })
      keepContent(userId, keyOf(state.getState().id), isEmpty() ? null : content)
      if (!isOver) schedule(IDLE_MS)
    },
    save,
    show() {
      if (isOver) begin()
      forms += 1
      // One that was on this device only.
      if (state.getState().id === null) soon()
      return () => {
        forms -= 1
        soon()
        endIfDone()
      }
    },
    end() {
      close()
      const { trays, remove } = useUploads.getState()
      trays[tray]?.forEach(remove)
      keepContent(userId, keyOf(state.getState().id), null)
    },
    close,
  }
  begin()
  return session
}
