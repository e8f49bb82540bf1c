import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { GroupCommitter } from './groupCommit.ts'
import type { ScanReporter } from '../commands/query.ts'
import { openForCheckpoints, openForReading, openForWriting, type Store } from '../storage/store.ts'
import { describeFailure } from '../errors.ts'
import { WalCheckpointer } from './walCheckpointer.ts'
import {
  packAnswers,
  unpackRequests,
  type Answer,
  type Commit,
  type MainMessage,
  type OpenMessage,
  type Request,
  type WorkerMessage,
  type WorkerOptions,
} from '../threads/protocol.ts'
import { ReadScheduler } from './readScheduler.ts'
import { queryShape } from './queryShape.ts'
import { TransactionRunner } from './transactionRunner.ts'
import { CommittedView } from './committedView.ts'
import { WriteQueue } from './writeQueue.ts'

/*
 * The entry of a thread. It serves one database until that is closed, then the next one. The writer also reads while
 * there is no reader, and readers start under load. A thread runs one command at a time, and takes all messages that
 * arrived meanwhile.
 */
parentPort?.on('message', ({ port, options }: OpenMessage) => open(port, options))

function open(port: MessagePort, options: WorkerOptions): void {
  const send = (message: WorkerMessage, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved)
  try {
    if (options.role === 'checkpointer') {
      serveCheckpoints(port, options.directory, send)
      return send({ kind: 'ready' })
    }
    const store = options.role === 'writer' ? openForWriting(options.directory) : openForReading(options.directory)
    serve(port, store, options, send)
    send({ kind: 'ready' })
  } catch (error) {
    send({ kind: 'failed', failure: describeFailure(error) })
    port.close()
  }
}

function serveCheckpoints(port: MessagePort, directory: string, send: (message: WorkerMessage) => void): void {
  const { checkpoint, close } = openForCheckpoints(directory)
  port.on('message', ({ kind }: MainMessage) => {
    if (kind === 'close') {
      close()
      send({ kind: 'closed' })
      return port.close()
    }
    try {
      checkpoint()
    } catch {
      // For example on a full disk. The writer tries again itself.
    }
    send({ kind: 'logIsMoved' })
  })
}

function serve(
  port: MessagePort,
  store: Store,
  options: WorkerOptions,
  send: (message: WorkerMessage, moved?: ArrayBuffer[]) => void,
): void {
  const reply = (answers: readonly Answer[], commit?: Commit): void => {
    const frames = packAnswers(answers)
    send({ kind: 'answers', frames, ...(commit === undefined ? {} : { commit }) }, [frames])
  }
  const onScan = scanReporter(options, send)
  const committer = new GroupCommitter(store, onScan)
  const checkpointer = new WalCheckpointer(store, options.directory, () => send({ kind: 'logIsLong' }))
  // Empties the log that a killed process left.
  if (options.role === 'writer') checkpointer.schedule()
  const view = new CommittedView(store, options.directory)
  const reader = new ReadScheduler(view, (answer) => reply([answer]), onScan)
  const transactionRunner = new TransactionRunner({ store, onScan, separateReads: () => view.separate() })

  const commit = (group: readonly Request[]): void => {
    const { answers, commit: done } = committer.commit(group)
    reply(answers, done)
    checkpointer.schedule()
  }
  /** Receives the messages that arrived during a commit. They mean that the load is high. */
  const receiveMore = (): void => {
    const next = nextMessage(port)
    if (next !== undefined) receive(next, true)
  }
  const writes = new WriteQueue(commit, receiveMore)

  const receive = (first: MainMessage, isLoaded = false): void => {
    const reads: Request[] = []
    let message: MainMessage | undefined = first
    while (message?.kind === 'writes' || message?.kind === 'reads') {
      const requests = unpackRequests(message.frames)
      if (message.kind === 'writes') writes.add(requests)
      else reads.push(...requests)
      message = writes.isFull ? undefined : nextMessage(port)
    }
    const hasCommitted = message === undefined ? writes.commitSoon(isLoaded) : writes.commit()
    for (const request of reads) reader.accept(request)
    if (message === undefined) {
      if (hasCommitted) receiveMore()
      return
    }
    if (message.kind === 'transaction') {
      for (const request of unpackRequests(message.frames)) {
        const { answer, commit } = transactionRunner.step(message.step, request)
        reply([answer], commit)
        if (commit !== undefined) checkpointer.schedule()
      }
      return
    }
    if (message.kind !== 'close') return checkpointer.truncate()
    checkpointer.stop()
    reader.stop()
    transactionRunner.end()
    view.close()
    store.close()
    send({ kind: 'closed' })
    port.close()
  }
  port.on('message', (message: MainMessage) => receive(message))
}

function nextMessage(port: MessagePort): MainMessage | undefined {
  const received: { message: MainMessage } | undefined = receiveMessageOnPort(port)
  return received?.message
}

/** Reports each shape of query without an index once. */
function scanReporter({ explain }: WorkerOptions, send: (message: WorkerMessage) => void): ScanReporter {
  const told = new Set<string>()
  return (collection, command, examined) => {
    if (!explain) return
    const shape = queryShape(collection, command)
    if (told.has(shape)) return
    told.add(shape)
    send({ kind: 'scan', shape, examined })
  }
}
