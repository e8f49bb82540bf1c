import type { BenchPerson } from '../people.ts'
import type { WireClient } from './wire.ts'

/** What the generator process does when it is told to. */
export interface GeneratorCommands {
  connect: { input: { urls: readonly string[]; people: BenchPerson[]; atOnce: number }; result: Connected }
  disconnect: { input: null; result: null }
  load: { input: LoadInput; result: LoadResult }
  broadcasts: { input: { count: number }; result: number[] }
}

export interface Connected {
  /** From the first connection attempt until the server had let the last one in. */
  milliseconds: number
  /** Why a connection failed, when one did. */
  failure: string | null
}

export interface LoadInput {
  /** Messages a second, of all clients together. */
  rate: number
  seconds: number
  /** How long after the last message was sent an answer still counts. */
  patienceSeconds: number
}

export interface LoadResult {
  sent: number
  /** Acknowledged with `ok: true`. */
  kept: number
  /** The first answer that was another one. */
  refusal: string | null
  /** `newMessage` events that arrived; two a message, one at each side. */
  delivered: number
  /** Of the acknowledgements, in milliseconds after the message was due. */
  p50: number
  p99: number
  /** How late, in milliseconds, the generator itself was: 99 of 100 messages left less late than this. */
  lateness: number
  /** Share of the time in which the generator's event loop was busy, 0 to 1. */
  generatorBusy: number
}

/** A message is two events: one to each side. */
export const DELIVERIES = 2

/** An open connection and who is behind it. */
export interface Connection {
  person: BenchPerson
  client: WireClient
}
