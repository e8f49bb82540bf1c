import type { Worker } from 'node:worker_threads'
import { startWorker } from '../startWorker.ts'

/** How long a thread without a database waits for the next one before it ends, ms. */
const IDLE_MS = 10_000
/** As many threads as one database has: a writer and two readers. */
const MAX_IDLE = 3

/** The threads without a database, each with the timer that ends it. */
const idle = new Map<Worker, NodeJS.Timeout>()

/**
 * Returns a thread without a database: the one that became idle last, or a new one. A new thread costs about 0.15 s of
 * processor time until its code is compiled, which counts in a process that opens many databases, as tests do.
 */
export function takeThread(): Worker {
  const last = [...idle].at(-1)
  if (last === undefined) return startWorker()
  const [worker, timer] = last
  clearTimeout(timer)
  idle.delete(worker)
  removeListeners(worker)
  worker.ref()
  return worker
}

/**
 * Keeps a thread whose database is closed for the next one, or ends it. An idle thread does not keep the process alive.
 */
export async function releaseThread(worker: Worker): Promise<void> {
  if (idle.size >= MAX_IDLE) {
    await worker.terminate()
    return
  }
  removeListeners(worker)
  worker.once('exit', () => idle.delete(worker))
  // It is followed by `exit`. Without a listener it would end the process.
  worker.once('error', () => idle.delete(worker))
  worker.unref()
  const end = () => {
    idle.delete(worker)
    void worker.terminate()
  }
  idle.set(worker, setTimeout(end, IDLE_MS).unref())
}

/** Removes our listeners. Node has some of its own. */
function removeListeners(worker: Worker): void {
  worker.removeAllListeners('error').removeAllListeners('exit')
}
