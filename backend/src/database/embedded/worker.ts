import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { commitGroup, MAX_GROUP } from './committer.ts'
import type { ScanReporter } from './engine/query.ts'
import { openForReading, openForWriting, type Store } from './engine/store.ts'
import { describeFailure } from './errors.ts'
import { packAnswers, unpackRequests, type Answer, type MainMessage, type Request, type WorkerMessage, type WorkerOptions } from './protocol.ts'
import { Reader } from './reader.ts'
import { queryShape } from './shape.ts'

/*
 * A thread of the engine: the one writer, or a reader. It does one thing at a time and takes from its port whatever
 * has come meanwhile.
 */
if (parentPort !== null) start(parentPort, workerData)

function start(port: MessagePort, options: WorkerOptions): void {
  const send = (message: WorkerMessage, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved)
  const reply = (answers: readonly Answer[]): void => {
    const frames = packAnswers(answers)
    send({ kind: 'answers', frames }, [frames])
  }
  const told = new Set<string>()
  const onScan: ScanReporter = (collection, command, examined) => {
    if (!options.explain) return
    const shape = queryShape(collection, command)
    if (told.has(shape)) return
    told.add(shape)
    send({ kind: 'scan', shape, examined })
  }
  try {
    const close = options.role === 'writer' ? serveWrites(port, options, reply, onScan) : serveReads(port, options, reply, onScan)
    port.on('message', (message: MainMessage) => {
      if (message.kind !== 'close') return
      close()
      send({ kind: 'closed' })
      port.close()
    })
    send({ kind: 'ready' })
  } catch (error) {
    send({ kind: 'failed', failure: describeFailure(error) })
    port.close()
  }
}

type Reply = (answers: readonly Answer[]) => void

/** Everything that has arrived while the last group was on its way to the disk makes the next group. */
function serveWrites(port: MessagePort, { directory }: WorkerOptions, reply: Reply, onScan: ScanReporter): () => void {
  const store: Store = openForWriting(directory)
  port.on('message', (first: MainMessage) => {
    if (first.kind !== 'requests') return
    const group: Request[] = unpackRequests(first.frames)
    let closing: MainMessage | undefined
    while (group.length < MAX_GROUP && closing === undefined) {
      const next: { message: MainMessage } | undefined = receiveMessageOnPort(port)
      if (next === undefined) break
      if (next.message.kind === 'requests') group.push(...unpackRequests(next.message.frames))
      else closing = next.message
    }
    reply(commitGroup(store, group, onScan))
    if (closing !== undefined) port.emit('message', closing)
  })
  return () => store.close()
}

function serveReads(port: MessagePort, { directory }: WorkerOptions, reply: Reply, onScan: ScanReporter): () => void {
  const reader = new Reader(() => openForReading(directory), (answer) => reply([answer]), onScan)
  port.on('message', (message: MainMessage) => {
    if (message.kind === 'requests') for (const request of unpackRequests(message.frames)) reader.accept(request)
  })
  return () => reader.close()
}
