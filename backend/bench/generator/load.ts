import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import type { Connection, LoadInput, LoadResult } from './commands.ts'

/** Eighty characters, like a line in a chat. */
const TEXT = 'Morning! The coach leaves at nine from gate B, please bring the red folder along'
/** Milliseconds in which late events of a run still arrive, so that they do not count in the next run. */
const QUIET_MS = 250
const QUIET_AT_LAST_MS = 10_000

interface Run {
  /** The number of the first message's acknowledgement. Late ones of the previous run have lower numbers. */
  firstAck: number
  /** When each message was due. */
  due: Float64Array
  latencies: Float64Array
  answered: number
  kept: number
  refusal: string | null
  delivered: number
  finished: () => void
}

/** Sends direct messages between neighbours (first and second, third and fourth ...) on an open-loop schedule. */
export function createLoad(connections: readonly Connection[]) {
  const runId = `${process.pid.toString(36)}${Date.now().toString(36)}`
  let runs = 0
  let run: Run | null = null
  let nextAck = 0
  let lastArrival = 0

  function isComplete({ answered, delivered, kept, due }: Run): boolean {
    return answered === due.length && delivered >= kept
  }

  /** Waits until no message of a failed run is in flight any more. */
  async function quiet(): Promise<void> {
    const begin = performance.now()
    while (performance.now() - Math.max(lastArrival, begin) < QUIET_MS && performance.now() - begin < QUIET_AT_LAST_MS)
      await sleep(QUIET_MS / 5)
  }

  return {
    acknowledged(ackId: number, refusal: string | null): void {
      lastArrival = performance.now()
      const dueAt = run?.due[ackId - run.firstAck]
      if (!run || dueAt === undefined) return
      run.latencies[run.answered] = lastArrival - dueAt
      run.answered += 1
      if (refusal === null) run.kept += 1
      else run.refusal ??= refusal
      if (isComplete(run)) run.finished()
    },

    delivered(): void {
      lastArrival = performance.now()
      if (!run) return
      run.delivered += 1
      if (isComplete(run)) run.finished()
    },

    async run({ rate, seconds, patienceSeconds }: LoadInput): Promise<LoadResult> {
      const total = Math.round(rate * seconds)
      const prefix = `${runId}-${(runs += 1)}`
      const payloads = connections.map(({ client }, index) => {
        const receiver = connections[index ^ 1] ?? connections[index]
        return {
          client,
          payload: `{"receiverId":"${receiver?.person.userId}","text":"${TEXT}","clientMessageId":"${prefix}-`,
        }
      })
      const firstAck = nextAck
      nextAck += total
      const send = (message: number) => {
        const from = payloads[message % payloads.length]
        from?.client.emit(firstAck + message, 'sendMessage', `${from.payload}${message}"}`)
      }
      const current: Run = {
        firstAck,
        due: new Float64Array(total),
        latencies: new Float64Array(total),
        answered: 0,
        kept: 0,
        refusal: null,
        delivered: 0,
        finished: () => {},
      }
      run = current
      const complete = new Promise<void>((resolve) => (current.finished = resolve))
      const busySince = performance.eventLoopUtilization()
      const lateness = await sendOnSchedule(current.due, rate, send)
      const { utilization } = performance.eventLoopUtilization(busySince)
      const patience = setTimeout(current.finished, patienceSeconds * 1000)
      await complete
      clearTimeout(patience)
      run = null
      if (!isComplete(current)) await quiet()
      const latencies = current.latencies.subarray(0, current.answered).toSorted()
      return {
        sent: total,
        kept: current.kept,
        refusal: current.refusal,
        delivered: current.delivered,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        lateness: percentile(lateness.toSorted(), 0.99),
        generatorBusy: utilization,
      }
    },
  }
}

/** Sends each message at its time, without waiting for earlier answers. Resolves to the lateness of each message. */
function sendOnSchedule(due: Float64Array, rate: number, send: (message: number) => void): Promise<Float64Array> {
  const lateness = new Float64Array(due.length)
  const begin = performance.now()
  let sent = 0
  return new Promise((resolve) => {
    function sendDue(): void {
      const now = performance.now()
      for (; sent < due.length; sent += 1) {
        const dueAt = begin + (sent * 1000) / rate
        if (dueAt > now) break
        due[sent] = dueAt
        lateness[sent] = now - dueAt
        send(sent)
      }
      if (sent === due.length) resolve(lateness)
      else setTimeout(sendDue, 1)
    }
    sendDue()
  })
}
