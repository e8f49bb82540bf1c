/**
 * Loaded into each measured server (`node --import`): answers over IPC what the process spends. Plain JavaScript, as is
 * relay.mjs, so that a TypeScript loader is in nobody's start-up time and memory.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const NANOSECONDS_A_MILLISECOND = 1e6
/** Milliseconds between two looks at the clock; a stall is longer. */
const LOOK_EVERY_MS = 1

/** Worker threads inherit `--import`, and the channel is the main thread's. */
if (isMainThread && process.send) process.on('message', (call) => void answer(call))

const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS })

const commands = {
  /** Microseconds of processor time of all threads since the process began. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  /** Bytes resident, whatever garbage is among them. */
  resident: () => process.memoryUsage.rss(),
  /** Bytes resident after what is garbage was given back. */
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
  /** The longest time, in milliseconds, for which the event loop could not look at the clock. */
  longestStall: () => {
    delay.disable()
    return delay.max / NANOSECONDS_A_MILLISECOND - LOOK_EVERY_MS
  },
}

async function answer({ id, command }) {
  process.send({ id, result: await commands[command]() })
}
