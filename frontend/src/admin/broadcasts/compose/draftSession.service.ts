import type { Broadcast, BroadcastId, DraftBroadcastInput, Problem, UserId } from 'backend/contract'
import { createStore, type StoreApi } from 'zustand'
import * as api from '../shared/broadcast.api.ts'
import { newId } from '../../../lib/newId.ts'
import { serverTime } from '../../../lib/serverClock.ts'
import { ApiProblem, asProblem, isPassing } from '../../../connection/problem.model.ts'
import { beginDraft } from './draftStart.service.ts'
import {
  blankContent,
  contentOf,
  editedProblem,
  isBlank,
  isSaved,
  isUnsent,
  nothingToSave,
  saveableOf,
  type DraftContent,
  type DraftState,
} from '../shared/draftContent.model.ts'
import { saveContent, savedContent } from './draftContent.storage.ts'
import { useBroadcasts } from '../shared/broadcasts.store.ts'
import { useUploads } from '../../../uploads/uploads.store.ts'

/** A draft in the form. It continues to save after the form is closed, until the server has everything. */
export interface DraftSession {
  state: StoreApi<DraftState>
  /** The key of its uploads in the store. */
  tray: string
  load(): Promise<void>
  change(part: Partial<DraftContent>): void
  /** Saves all changes. Throws ApiProblem. */
  save(): Promise<BroadcastId>
  /** Sends it, or schedules it, as this device shows it. Throws ApiProblem. */
  send(): Promise<Broadcast>
  /** Saves the own content over the one that was saved elsewhere. */
  keepMine(): void
  /** Takes the content that was saved elsewhere. */
  keepTheirs(): void
  /** Says that a form shows the draft. Returns a function that says that the form is closed. */
  show(): () => void
  /** Removes everything of a draft that was sent or deleted from this device. */
  end(): void
  /** Stops saving. Unsaved changes stay on the device. */
  close(): void
}

/** The time from the last key to the save. Each save adds an entry to the audit log; until then this device has the text. */
const IDLE_MS = 2000
const RETRY_MS = 2000
const RETRY_MAX_MS = 30_000

/** The open sessions, by the broadcast's id, or `new`. */
export type Sessions = Map<string, DraftSession>

export const keyOf = (id: BroadcastId | null): string => id ?? 'new'

const namesOf = ({ attachments }: Broadcast): string => String(attachments.map(({ id }) => id))
const fromOf = (fromRevision: number | null) => (fromRevision === null ? {} : { fromRevision })

const SENT_OR_EDITED: ReadonlySet<Problem['code']> = new Set(['broadcast_state', 'outdated_revision'])

/** Creates a session. Content that is stored on this device is there at once, the rest after `load`. @param first null for a new draft */
export function createSession(sessions: Sessions, userId: UserId, first: BroadcastId | null): DraftSession {
  const kept = savedContent(userId, keyOf(first))
  const state = createStore<DraftState>(() => ({
    id: first,
    status: first === null ? 'ready' : 'loading',
    problem: null,
    content: kept?.content ?? blankContent(),
    saving: 'none',
    savedAt: null,
    saveProblem: null,
    conflict: null,
  }))
  const tray = `broadcast:${newId()}`
  let version = kept ? 1 : 0
  let saved = 0
  /** The ids of the saved files. They are sent only when they change: the server checks each file. */
  let files = ''
  /** The `draftRevision` of the server's draft that the content comes from; null when there is none. */
  let fromRevision = kept?.fromRevision ?? null
  /** The input of an attempt to create the draft that got no answer. */
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

  /** Saves after the delay. Text that is typed meanwhile starts its own delay. */
  async function saveByItself(): Promise<void> {
    if (running) await running.catch(() => {})
    if (isOver || version === saved || isEmpty() || state.getState().conflict) return
    await saveNow().catch(() => {})
    endIfDone()
  }

  /** Tells whether there is nothing to save. */
  function isEmpty(): boolean {
    const { id, content } = state.getState()
    return id === null && isBlank(content)
  }

  /** Moves finished uploads into the draft. */
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
    const { id, content, conflict, saveProblem } = state.getState()
    if (conflict && saveProblem) throw new ApiProblem(saveProblem)
    const { input, isWhole } = saveableOf(content)
    const { attachmentIds, ...words } = input
    const named = String(attachmentIds)
    state.setState({ saving: 'saving' })
    try {
      const broadcast =
        id === null
          ? await beginDraft(input, lost)
          : await api.editDraft(id, { ...(named === files ? words : input), ...fromOf(fromRevision) })
      files = named
      lost = null
      failures = 0
      saved = mine
      took(broadcast, isWhole)
    } catch (error) {
      const problem = asProblem(error)
      if (problem.code === 'outdated_revision' && id !== null && meets(await api.getBroadcast(id), problem))
        return saveOnce()
      // A refusal tells that the earlier attempt has made no draft.
      if (id === null) lost = problem.status === 0 || problem.status >= 500 ? (lost ?? input) : null
      state.setState({ saving: 'failed', saveProblem: problem })
      // Another admin has deleted it, so this content becomes a new draft.
      if (problem.code === 'not_found' && id !== null) become(null)
      if (isPassing(problem) || problem.code === 'not_found') retryLater()
      throw error
    }
  }

  /**
   * Compares the content with the one that was saved elsewhere. Returns true when they are the same, because only the answer to an
   * earlier save was lost; otherwise the form asks.
   */
  function meets(theirs: Broadcast, problem: Problem): boolean {
    useBroadcasts.getState().put(theirs)
    // Not a draft any more: the form gives way to the view of the sent broadcast.
    if (!isUnsent(theirs)) return false
    if (!isSaved(state.getState().content, theirs)) {
      state.setState({ conflict: theirs, saveProblem: problem })
      return false
    }
    fromRevision = theirs.draftRevision
    return true
  }

  function took(broadcast: Broadcast, isWhole: boolean): void {
    fromRevision = broadcast.draftRevision
    become(broadcast.id)
    useBroadcasts.getState().put(broadcast)
    if (version === saved && isWhole) saveContent(userId, broadcast.id, null)
    else keep()
    const saving = version !== saved ? 'unsaved' : isWhole ? 'saved' : 'local'
    state.setState({ saving, savedAt: serverTime(), saveProblem: null })
  }

  /** Gives the draft another id; null when the server does not have it. */
  function become(id: BroadcastId | null): void {
    const before = state.getState().id
    if (before === id) return
    if (id === null) fromRevision = null
    saveContent(userId, keyOf(before), null)
    if (sessions.get(keyOf(before)) === session) sessions.delete(keyOf(before))
    if (!isOver) sessions.set(keyOf(id), session)
    state.setState({ id })
    keep()
  }

  /** Stores the content on this device. */
  function keep(): void {
    const { id, content } = state.getState()
    saveContent(userId, keyOf(id), isEmpty() ? null : { content, fromRevision })
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
        files = namesOf(broadcast)
        const isOwn = version !== saved
        // The content on this device is newer, unless another device saved the draft since.
        const isMet =
          isOwn && fromRevision !== null && fromRevision !== broadcast.draftRevision
            ? meets(broadcast, editedProblem())
            : true
        if (isMet) fromRevision = broadcast.draftRevision
        state.setState({ status: 'ready', ...(!isOwn && { content: contentOf(broadcast) }) })
        if (isOwn && isMet && isUnsent(broadcast)) schedule(0)
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
      state.setState(({ conflict }) => ({ content, ...(!conflict && { saving: 'unsaved', saveProblem: null }) }))
      keep()
      if (!isOver) schedule(IDLE_MS)
    },
    save,
    async send() {
      const id = await save()
      return api.sendBroadcast(id, fromOf(fromRevision)).catch(async (error: unknown) => {
        const problem = asProblem(error)
        const now = SENT_OR_EDITED.has(problem.code) ? await api.getBroadcast(id) : null
        // An earlier attempt did send it, and only its answer was lost.
        if (now && problem.code === 'broadcast_state' && !isUnsent(now)) return now
        if (now && problem.code === 'outdated_revision') meets(now, problem)
        throw error
      })
    },
    keepMine() {
      const { conflict } = state.getState()
      if (!conflict) return
      fromRevision = conflict.draftRevision
      files = namesOf(conflict)
      version += 1
      state.setState({ conflict: null, saving: 'unsaved', saveProblem: null })
      keep()
      if (!isOver) schedule(0)
    },
    keepTheirs() {
      const { conflict } = state.getState()
      if (!conflict) return
      fromRevision = conflict.draftRevision
      files = namesOf(conflict)
      saved = version
      state.setState({ content: contentOf(conflict), conflict: null, saving: 'none', saveProblem: null })
      saveContent(userId, conflict.id, null)
    },
    show() {
      if (isOver) begin()
      forms += 1
      // A new draft is only on this device, so it is saved now.
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
      saveContent(userId, keyOf(state.getState().id), null)
    },
    close,
  }
  begin()
  return session
}
