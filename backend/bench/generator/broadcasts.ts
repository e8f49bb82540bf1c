import { setTimeout as wait } from 'node:timers/promises'
import type { Connection } from './commands.ts'

/** Between two broadcasts, so that each finds a quiet server. */
const PAUSE_MS = 50
const PATIENCE_MS = 5000
/** Beyond what a load counts its acknowledgements by. */
const NO_ACK = 999_999_999_999

/** Messages of the first connection, the admin's, to everybody. */
export function createBroadcasts(connections: readonly Connection[]) {
  const runId = `${process.pid.toString(36)}${Date.now().toString(36)}-b`
  let sent = 0
  let missing = 0
  let allThere: (() => void) | undefined

  return {
    delivered(): void {
      missing -= 1
      if (missing === 0) allThere?.()
    },

    /** Milliseconds until the last connection had it, for each broadcast. */
    async run({ count }: { count: number }): Promise<number[]> {
      const times: number[] = []
      for (let index = 0; index < count; index += 1) {
        await wait(PAUSE_MS)
        missing = connections.length
        sent += 1
        const complete = new Promise<void>((resolve) => (allThere = resolve))
        const begin = performance.now()
        const payload = { receiverId: 'all', text: 'Water off today, 13:00 to 15:30. Please fill bottles before lunch.', clientMessageId: `${runId}-${sent}` }
        connections[0]?.client.emit(NO_ACK, 'sendMessage', JSON.stringify(payload))
        await Promise.race([complete, tooLate()])
        times.push(performance.now() - begin)
      }
      return times
    },
  }
}

async function tooLate(): Promise<never> {
  await wait(PATIENCE_MS, undefined, { ref: false })
  throw new Error(`A broadcast had not reached everybody after ${PATIENCE_MS} ms`)
}
