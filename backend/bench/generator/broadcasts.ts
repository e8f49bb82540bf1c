import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from './commands.ts'

/** Milliseconds between two broadcasts, so that each finds a quiet server. */
const PAUSE_MS = 50
const PATIENCE_MS = 5000
/** Higher than the numbers of the acknowledgements of a load. */
const FIRST_ACK = 1_000_000_000_000
const NO_ANSWER = 'not acknowledged'

/** Sends messages of the first connection, the admin's, to every user. */
export function createBroadcasts(connections: readonly Connection[]) {
  const runId = `${process.pid.toString(36)}${Date.now().toString(36)}-b`
  let sent = 0
  let missing = 0
  let outcome = NO_ANSWER
  let allThere: (() => void) | undefined

  return {
    acknowledged(ackId: number, refusal: string | null): void {
      if (ackId === FIRST_ACK + sent) outcome = refusal ?? 'acknowledged'
    },

    delivered(): void {
      missing -= 1
      if (missing === 0) allThere?.()
    },

    /** Milliseconds until the last connection had it, for each broadcast. */
    async run({ count }: { count: number }): Promise<number[]> {
      const times: number[] = []
      for (let index = 0; index < count; index += 1) {
        await sleep(PAUSE_MS)
        missing = connections.length
        outcome = NO_ANSWER
        sent += 1
        const complete = new Promise<void>((resolve) => (allThere = resolve))
        const begin = performance.now()
        const payload = {
          receiverId: 'all',
          text: 'Water off today, 13:00 to 15:30. Please fill bottles before lunch.',
          clientMessageId: `${runId}-${sent}`,
        }
        connections[0]?.client.emit(FIRST_ACK + sent, 'sendMessage', JSON.stringify(payload))
        await Promise.race([complete, sleep(PATIENCE_MS, undefined, { ref: false })])
        if (missing > 0)
          throw new Error(
            `A broadcast (${outcome}) had not reached ${missing} of ${connections.length} after ${PATIENCE_MS} ms`,
          )
        times.push(performance.now() - begin)
      }
      return times
    },
  }
}
