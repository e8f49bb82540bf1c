import type { EngineFailure } from './errors.ts'

/*
 * What the threads say to one another. A message is one ArrayBuffer of frames, which is moved, not copied. A request frame is
 * its number (uint32) and a command in BSON; an answer frame is the number, a status, how many documents follow
 * (uint32 each), a BSON header, and the documents as they lie in the file.
 */

/** What a thread is started with. */
export interface WorkerOptions {
  role: 'writer' | 'reader'
  directory: string
  /** Tell of queries that no index serves. */
  explain: boolean
}

/** From a worker: ready, or why it cannot be; answers; a query without an index. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'failed'; failure: EngineFailure }
  | { kind: 'answers'; frames: ArrayBuffer; commit?: Commit }
  | { kind: 'scan'; shape: string; examined: number }
  | { kind: 'closed' }

/** To a worker. */
export type MainMessage =
  | { kind: 'writes' | 'reads'; frames: ArrayBuffer }
  | { kind: 'transaction'; step: TransactionStep; frames: ArrayBuffer }
  | { kind: 'close' }

/** What the writer does for its one open transaction; from `begin` to `commit` or `abort` it is sent no other writes. */
export type TransactionStep = 'begin' | 'read' | 'write' | 'commit' | 'abort'

/** What one commit took, with the commands before it. */
export interface Commit {
  seconds: number
  commands: number
}

export interface Request {
  readonly id: number
  readonly command: Buffer
}

export interface Answer {
  readonly id: number
  readonly header: Buffer
  readonly documents: readonly Buffer[]
  readonly failed: boolean
  /** The transaction it was asked in is over, and nothing of it is kept. */
  readonly aborted: boolean
}

/** How many expired documents a `sweep` deletes in one transaction, so that nobody's write waits long behind it. */
export const SWEEP_LIMIT = 500

const REQUEST_HEAD = 4
const ANSWER_HEAD = 12

/** Bits of an answer's status. */
const FAILED = 1
const ABORTED = 2

export function packRequests(requests: readonly Request[]): ArrayBuffer {
  const frames = new ArrayBuffer(requests.reduce((sum, { command }) => sum + REQUEST_HEAD + command.length, 0))
  const out = Buffer.from(frames)
  let at = 0
  for (const { id, command } of requests) {
    out.writeUInt32LE(id, at)
    command.copy(out, at + REQUEST_HEAD)
    at += REQUEST_HEAD + command.length
  }
  return frames
}

export function unpackRequests(frames: ArrayBuffer): Request[] {
  const bytes = Buffer.from(frames)
  const requests: Request[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + REQUEST_HEAD + bytes.readInt32LE(at + REQUEST_HEAD)
    requests.push({ id: bytes.readUInt32LE(at), command: bytes.subarray(at + REQUEST_HEAD, end) })
    at = end
  }
  return requests
}

export function packAnswers(answers: readonly Answer[]): ArrayBuffer {
  let size = 0
  for (const { header, documents } of answers) {
    size += ANSWER_HEAD + header.length
    for (const document of documents) size += document.length
  }
  const frames = new ArrayBuffer(size)
  const out = Buffer.from(frames)
  let at = 0
  for (const { id, header, documents, failed, aborted } of answers) {
    out.writeUInt32LE(id, at)
    out.writeUInt32LE((failed ? FAILED : 0) | (aborted ? ABORTED : 0), at + 4)
    out.writeUInt32LE(documents.length, at + 8)
    at += ANSWER_HEAD
    for (const part of [header, ...documents]) at += part.copy(out, at)
  }
  return frames
}

export function unpackAnswers(frames: ArrayBuffer): Answer[] {
  const bytes = Buffer.from(frames)
  const answers: Answer[] = []
  let at = 0
  const next = (): Buffer => {
    const part = bytes.subarray(at, at + bytes.readInt32LE(at))
    at += part.length
    return part
  }
  while (at < bytes.length) {
    const [id, status, count] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)]
    at += ANSWER_HEAD
    const header = next()
    const documents = Array.from({ length: count }, next)
    answers.push({ id, failed: (status & FAILED) !== 0, aborted: (status & ABORTED) !== 0, header, documents })
  }
  return answers
}
