/**
 * Loaded into each measured server (`node --import`). It reports over IPC what the process uses. It is plain JavaScript,
 * like relay.mjs, so that no TypeScript loader adds to start-up time and memory.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const NANOSECONDS_A_MILLISECOND = 1e6
/** Milliseconds between two reads of the clock. A stall is longer. */
const LOOK_EVERY_MS = 1

/** Worker threads inherit `--import`, but the IPC channel belongs to the main thread. */
if (isMainThread && process.send) process.on('message', (call) => void answer(call))

const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })

const commands = {
  /** Microseconds of processor time of all threads since the process started. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  /** Resident bytes, garbage included. */
  resident: () => process.memoryUsage.rss(),
  /** Resident bytes after garbage collection. */
  resettled: async () => {
    for (let times = 0; times < 3; times += 1) {
      globalThis.gc?.()
      await new Promise((resolve) => void setTimeout(resolve, 100))
    }
    return process.memoryUsage.rss()
  },
  watchStalls: () => {
    delay.reset()
    delay.enable()
  },
  /** The longest time in milliseconds in which the event loop did not read the clock. */
  longestStall: () => {
    delay.disable()
    return delay.max / NANOSECONDS_A_MILLISECOND - LOOK_EVERY_MS
  },
}

async function answer({ id, command }) {
  process.send({ id, result: await commands[command]() })
}
