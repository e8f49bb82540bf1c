import type { BenchPerson } from '../people.ts'
import type { WireClient } from './wire.ts'

/** The commands of the generator process. */
export interface GeneratorCommands {
  /** `shows`: each connection watches the presence of so many of the users. */
  connect: {
    input: { urls: readonly string[]; people: BenchPerson[]; atOnce: number; shows?: number }
    result: Connected
  }
  /** Closes all connections. The result is how many bytes the servers have sent to them. */
  disconnect: { input: null; result: number }
  load: { input: LoadInput; result: LoadResult }
  broadcasts: { input: { count: number }; result: number[] }
}

export interface Connected {
  /** From the first connection attempt until the server had accepted the last one. */
  milliseconds: number
  /** Why a connection failed, when one did. */
  failure: string | null
}

export interface LoadInput {
  /** Messages a second of all clients together. */
  rate: number
  seconds: number
  /** Seconds after the last message in which an answer still counts. */
  patienceSeconds: number
}

export interface LoadResult {
  sent: number
  /** Acknowledged with `ok: true`. */
  kept: number
  /** The first other answer. */
  refusal: string | null
  /** `newMessage` events that arrived: one for each message, at the receiver. */
  delivered: number
  /** Milliseconds from the time at which a message was due to its acknowledgement. */
  p50: number
  p99: number
  /** Lateness of the generator itself in milliseconds, p99. */
  lateness: number
  /** Share of the time in which the generator's event loop was busy, from 0 to 1. */
  generatorBusy: number
}

/** An open connection and its user. */
export interface Connection {
  person: BenchPerson
  client: WireClient
}
