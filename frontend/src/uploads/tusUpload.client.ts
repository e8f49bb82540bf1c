import type { UploadTarget } from 'backend/contract'
import { Upload, type DetailedError } from 'tus-js-client'
import { ApiProblem, NO_CONNECTION, problemOf } from '../connection/problem.model.ts'
import { isElsewhere, SERVER_ORIGIN } from '../lib/serverOrigin.ts'

export interface TransferHooks {
  signal: AbortSignal
  /** Bytes that are on their way or there. */
  onProgress: (bytes: number) => void
}

/** One request carries so much, so that a proxy which keeps a request until it is whole does not hold back all of a file. */
const CHUNK_BYTES = 16 * 1024 * 1024
/** Nothing moves for so long: the connection is dead, and nobody has told the browser. */
const STALLED_MS = 30_000

/**
 * Brings the content of a file to where it belongs, once; resumable ones go on where they were cut. Throws ApiProblem, or what the
 * signal was aborted with. This module is loaded with the first upload.
 */
export async function transfer(file: Blob, target: UploadTarget, hooks: TransferHooks): Promise<void> {
  hooks.signal.throwIfAborted()
  await (target.kind === 'resumable' ? resume(file, target.url, hooks) : put(file, target.url, target.headers, hooks))
}

function resume(file: Blob, url: string, { signal, onProgress }: TransferHooks): Promise<void> {
  return watched(signal, (settle, alive) => {
    const upload = new Upload(file, {
      uploadUrl: SERVER_ORIGIN + url,
      onBeforeRequest: (request) => withCookies(request.getUnderlyingObject()),
      chunkSize: CHUNK_BYTES,
      // Trying again is for the caller, who knows more.
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

/** Ends a transfer that is not wanted any more, or does not move. */
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

/** 409: a request that was cut is not over yet at the server, or it has got less than was thought; asking where it is helps. */
const problem = (status: number, body: string): ApiProblem =>
  new ApiProblem(status === 409 ? { ...NO_CONNECTION, status } : problemOf(status, body))
