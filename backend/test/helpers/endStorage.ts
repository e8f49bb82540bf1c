import { BroadcastChannel, isMainThread, resourceLimits } from 'node:worker_threads'

/*
 * Loaded into a server and its threads before their own code (`node --import`). On SIGUSR2 the thread that writes the database ends by
 * an error that it does not catch. `Worker.terminate()` would not do: in the middle of an SQLite call it aborts the whole process.
 */
const crash = new BroadcastChannel('endStorage')
crash.unref()
if (isMainThread) process.once('SIGUSR2', () => crash.postMessage('now'))
// The threads of the database have a small young generation. Without load there is only the writer.
else if (resourceLimits.maxYoungGenerationSizeMb === 8)
  crash.addEventListener('message', () => {
    setImmediate(() => {
      throw new Error('The test ends this thread')
    })
  })
