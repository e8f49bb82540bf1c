import type { UploadTarget } from 'backend/contract'
import { Upload, type DetailedError } from 'tus-js-client'
import { userHeader } from '../connection/http.client.ts'
import { ApiProblem, asProblem, isTooLargeForProxy, NO_CONNECTION, problemOf } from '../connection/problem.model.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

export interface TransferHooks {
  signal: AbortSignal
  /** Bytes sent. */
  onProgress: (bytes: number) => void
}

/** Size of one request: a proxy may hold back a request until it is complete. */
const CHUNK_BYTES = 16 * 1024 * 1024
/** Below the limit of nginx where its configuration names none, 1 MiB. */
const SMALL_CHUNK_BYTES = 960 * 1024
let chunkBytes = CHUNK_BYTES
/** Without progress for this long the connection is dead, although the browser does not know. */
const STALLED_MS = 30_000

/**
 * Transfers the content of a file once. A resumable transfer continues where it was interrupted. Throws ApiProblem, or the reason
 * of the aborted signal. This module is loaded with the first upload.
 */
export async function transfer(file: Blob, target: UploadTarget, hooks: TransferHooks): Promise<void> {
  hooks.signal.throwIfAborted()
  if (target.kind === 'presigned') {
    await put(file, target.url, target.headers, hooks)
    return
  }
  try {
    await resume(file, target.url, hooks)
  } catch (error) {
    if (!isTooLargeForProxy(asProblem(error)) || chunkBytes === SMALL_CHUNK_BYTES) throw error
    chunkBytes = SMALL_CHUNK_BYTES
    await resume(file, target.url, hooks)
  }
}

function resume(file: Blob, url: string, { signal, onProgress }: TransferHooks): Promise<void> {
  return watched(signal, (settle, alive) => {
    const upload = new Upload(file, {
      uploadUrl: SERVER_ORIGIN + url,
      headers: userHeader(),
      onBeforeRequest: (request) => withCookies(request.getUnderlyingObject()),
      chunkSize: chunkBytes,
      // The caller decides about retries.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onProgress: (bytes) => {
        alive()
        onProgress(bytes)
      },
      onChunkComplete: alive,
      onSuccess: () => settle(),
      onError: (error) => settle(asTransferProblem(error)),
    })
    upload.start()
    return () => void upload.abort(false)
  })
}

function put(
  file: Blob,
  url: string,
  headers: Record<string, string>,
  { signal, onProgress }: TransferHooks,
): Promise<void> {
  return watched(signal, (settle, alive) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded }) => {
      alive()
      onProgress(loaded)
    })
    request.addEventListener('load', () =>
      settle(request.status < 300 ? undefined : problem(request.status, request.responseText)),
    )
    request.addEventListener('error', () => settle(new ApiProblem(NO_CONNECTION)))
    request.send(file)
    return () => request.abort()
  })
}

type Settle = (error?: Error) => void

/** Ends a transfer that was cancelled or makes no progress. */
function watched(signal: AbortSignal, begin: (settle: Settle, alive: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>
    const settle: Settle = (error) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      if (error) reject(error)
      else resolve()
    }
    const end = (error: Error) => {
      stop()
      settle(error)
    }
    const aborted = () => end(new DOMException('The upload was cancelled', 'AbortError'))
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(() => end(new ApiProblem(NO_CONNECTION)), STALLED_MS)
    }
    alive()
    signal.addEventListener('abort', aborted)
    const stop = begin(settle, alive)
  })
}

function withCookies(request: unknown): void {
  if (request instanceof XMLHttpRequest) request.withCredentials = isElsewhere
}

function asTransferProblem(error: Error | DetailedError): ApiProblem {
  const response = 'originalResponse' in error ? error.originalResponse : null
  return response ? problem(response.getStatus(), response.getBody()) : new ApiProblem(NO_CONNECTION)
}

/** 409: the server has not finished an interrupted request, or has fewer bytes than expected. Asking for the offset helps. */
const problem = (status: number, body: string): ApiProblem =>
  new ApiProblem(status === 409 ? { ...NO_CONNECTION, status } : problemOf(status, body))
