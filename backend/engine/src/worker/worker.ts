import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { GroupCommitter, MAX_GROUP } from './groupCommit.ts'
import type { ScanReporter } from '../commands/query.ts'
import { openForReading, openForWriting, type Store } from '../storage/store.ts'
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

/*
 * The entry of a thread. It serves one database until that is closed, then the next one. The writer also reads while
 * there is no reader, and readers start under load. A thread runs one command at a time, and takes all messages that
 * arrived meanwhile.
 */
parentPort?.on('message', ({ port, options }: OpenMessage) => open(port, options))

function open(port: MessagePort, options: WorkerOptions): void {
  const send = (message: WorkerMessage, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved)
  try {
    const store = options.role === 'writer' ? openForWriting(options.directory) : openForReading(options.directory)
    serve(port, store, options, send)
    send({ kind: 'ready' })
  } catch (error) {
    send({ kind: 'failed', failure: describeFailure(error) })
    port.close()
  }
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
  const checkpointer = new WalCheckpointer(store)
  // Empties the log that a killed process left.
  if (options.role === 'writer') checkpointer.schedule()
  const view = new CommittedView(store, options.directory)
  const reader = new ReadScheduler(view, (answer) => reply([answer]), onScan)
  const transactionRunner = new TransactionRunner({ store, onScan, separateReads: () => view.separate() })

  const receive = (first: MainMessage): void => {
    const group: Request[] = []
    const reads: Request[] = []
    // The messages that arrived while the last group was written to disk form the next group.
    let message: MainMessage | undefined = first
    while (message?.kind === 'writes' || message?.kind === 'reads') {
      const requests = message.kind === 'writes' ? group : reads
      requests.push(...unpackRequests(message.frames))
      message = group.length >= MAX_GROUP ? undefined : nextMessage(port)
    }
    if (group.length > 0) {
      const { answers, commit } = committer.commit(group)
      reply(answers, commit)
      checkpointer.schedule()
    }
    for (const request of reads) reader.accept(request)
    if (message === undefined) return
    if (message.kind === 'transaction') {
      for (const request of unpackRequests(message.frames)) {
        const { answer, commit } = transactionRunner.step(message.step, request)
        reply([answer], commit)
        if (commit !== undefined) checkpointer.schedule()
      }
      return
    }
    checkpointer.stop()
    reader.stop()
    transactionRunner.end()
    view.close()
    store.close()
    send({ kind: 'closed' })
    port.close()
  }
  port.on('message', receive)
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
