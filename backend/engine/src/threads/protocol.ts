import type { MessagePort } from 'node:worker_threads'
import type { EngineFailure } from '../errors.ts'

/*
 * The messages between threads. A message is one ArrayBuffer of frames, which is transferred and not copied. A request
 * frame has a number (uint32) and a command in BSON. An answer frame has the number, a status and the count of
 * documents (uint32 each), a BSON header, and the documents as they are stored.
 */

/** The `checkpointer` moves the write-ahead log into the file. */
export type ThreadRole = 'writer' | 'reader' | 'checkpointer'

/** How a thread opens a database. */
export interface WorkerOptions {
  role: ThreadRole
  directory: string
  /** Report queries without an index. */
  explain: boolean
}

/**
 * Messages from a worker: it is ready or failed to open; answers; a query without an index; the writer has a long log;
 * the checkpointer has moved it.
 */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'failed'; failure: EngineFailure }
  | { kind: 'answers'; frames: ArrayBuffer; commit?: Commit }
  | { kind: 'scan'; shape: string; examined: number }
  | { kind: 'logIsLong' }
  | { kind: 'logIsMoved' }
  | { kind: 'closed' }

/** Gives a thread without a database the next one. All further messages of the database go through the port. */
export interface OpenMessage {
  port: MessagePort
  options: WorkerOptions
}

/** Messages to a worker that has a database. The checkpointer gets `moveLog`, and then the writer `truncateLog`. */
export type MainMessage =
  | { kind: 'writes' | 'reads'; frames: ArrayBuffer }
  | { kind: 'transaction'; step: TransactionStep; frames: ArrayBuffer }
  | { kind: 'moveLog' | 'truncateLog' }
  | { kind: 'close' }

/**
 * A step of the writer's open transaction. Between `begin` and `commit` or `abort`, the writer receives no other write.
 */
export type TransactionStep = 'begin' | 'read' | 'write' | 'commit' | 'abort'

/** The duration of one commit, with the number of its commands. */
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
  /** The transaction of this command has ended and all its changes are undone. */
  readonly aborted: boolean
}

/** The most expired documents that one `sweep` deletes in a transaction, so that other writes do not wait long. */
export const SWEEP_LIMIT = 500

const REQUEST_HEAD = 4
const ANSWER_HEAD = 12

/** The bits of an answer's status. */
const FAILED = 1
const ABORTED = 2

/**
 * Packs requests into one buffer that moves to the worker without a copy. A frame is an id (uint32, little endian) and
 * a BSON command.
 */
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

/** Reads the buffer that `packRequests` made. The commands point into it. */
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

/** Packs answers into one buffer that moves to the main thread without a copy. */
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

/** Reads the buffer that `packAnswers` made. The documents point into it. */
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
