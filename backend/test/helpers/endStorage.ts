import { Worker } from 'node:worker_threads'

/*
 * Loaded into a server before its own code (`node --import`). On SIGUSR2 the first thread that the server listens to, the one
 * that writes the database, ends as if it had crashed.
 */
let first: Worker | undefined
Worker.prototype.on = new Proxy(Worker.prototype.on, {
  apply(on, worker: Worker, listener: Parameters<Worker['on']>) {
    if (listener[0] === 'message') first ??= worker
    return Reflect.apply(on, worker, listener)
  },
})
process.once('SIGUSR2', () => void first?.terminate())
