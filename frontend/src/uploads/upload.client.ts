import {
  LIMITS,
  type Attachment,
  type AttachmentId,
  type CompleteUploadInput,
  type Problem,
  type Upload,
} from 'backend/contract'
import * as api from './upload.api.ts'
import { shortenedName } from './file.format.ts'
import { refresh } from '../connection/http.client.ts'
import { ApiProblem, asProblem, NO_CONNECTION } from '../connection/problem.model.ts'
import type * as Transfer from './tusUpload.client.ts'

export interface UploadHooks {
  signal: AbortSignal
  /** Called with the id of the attachment when the server accepted the upload. */
  onStarted: (id: AttachmentId) => void
  onProgress: (bytes: number) => void
  /** Called when the connection is lost or the server asks to wait. The upload goes on by itself. */
  onWaiting: (waiting: boolean) => void
}

const PAUSE_MS = 1000
const PAUSE_MAX_MS = 20_000
/** Most restarts of an upload that the server forgot or finds incomplete. */
const ROUNDS_MAX = 3

/**
 * Uploads a file, and resumes it after each interruption. Throws ApiProblem when the server refuses it, and the reason of the signal
 * when it was cancelled.
 */
export async function upload(file: File, facts: CompleteUploadInput, hooks: UploadHooks): Promise<Attachment> {
  let started: Upload | null = null
  for (let round = 1; ; round += 1) {
    try {
      started ??= await start(file, hooks)
      await send(file, started, hooks)
      const { id } = started
      return await persistently(() => api.completeUpload(id, facts), hooks)
    } catch (error) {
      hooks.signal.throwIfAborted()
      const { status, code } = asProblem(error)
      const isForgotten = status === 404 || status === 410 || (started?.target.kind === 'presigned' && status === 403)
      if ((!isForgotten && code !== 'upload_incomplete') || round >= ROUNDS_MAX) throw error
      if (isForgotten) started = null
    }
  }
}

async function start(file: File, hooks: UploadHooks): Promise<Upload> {
  const started = await persistently(
    () => api.startUpload({ name: shortenedName(file.name, LIMITS.fileNameMax), size: file.size }),
    hooks,
  )
  hooks.onStarted(started.id)
  return started
}

async function send(file: File, { target }: Upload, hooks: UploadHooks): Promise<void> {
  // There is nothing to send, and some servers reject an empty request.
  if (file.size === 0 && target.kind === 'resumable') return
  const { transfer } = await persistently(() => loadTransfer(), hooks)
  await persistently(
    (moved) => transfer(file, target, { signal: hooks.signal, onProgress: (bytes) => moved(bytes) }),
    hooks,
  )
}

/** Repeats an action until it succeeds or is refused. */
async function persistently<T>(
  work: (moved: (bytes: number) => void) => Promise<T>,
  { signal, onWaiting, onProgress }: UploadHooks,
): Promise<T> {
  let failures = 0
  const moved = (bytes: number) => {
    failures = 0
    onWaiting(false)
    onProgress(bytes)
  }
  for (;;) {
    try {
      const result = await work(moved)
      onWaiting(false)
      return result
    } catch (error) {
      signal.throwIfAborted()
      const problem = asProblem(error)
      if (problem.status === 401 && failures === 0) {
        // Only this function can renew the access that ended during the transfer.
        failures += 1
        await refresh().catch(() => {})
        continue
      }
      const delay = delayAfter(problem, failures)
      if (delay === null) throw error
      failures += 1
      onWaiting(true)
      await pause(delay, signal)
    }
  }
}

/** Returns the delay before a retry; null when the refusal is final. */
function delayAfter({ status, code, retryAfter }: Problem, failures: number): number | null {
  if (status === 429) return (retryAfter ?? 5) * 1000
  // 409 and 423 of tus: the server has not finished an interrupted request.
  const isPassing =
    status === 0 ||
    status === 423 ||
    (status === 409 && code === 'unavailable') ||
    (status >= 500 && code !== 'storage_full')
  return isPassing && code !== 'internal' ? Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** failures) : null
}

/** Waits. Ends early when the browser says that the network is back. */
function pause(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController()
    const timer = setTimeout(end, delay)
    function end(): void {
      clearTimeout(timer)
      ended.abort()
      if (signal.aborted) reject(new DOMException('The upload was cancelled', 'AbortError'))
      else resolve()
    }
    addEventListener('online', end, { signal: ended.signal })
    signal.addEventListener('abort', end, { signal: ended.signal })
  })
}

let loading: Promise<typeof Transfer> | null = null

/** Loads the code with the first upload, also after a lost connection. */
function loadTransfer(): Promise<typeof Transfer> {
  loading ??= import('./tusUpload.client.ts').catch(() => {
    loading = null
    throw new ApiProblem(NO_CONNECTION)
  })
  return loading
}
