/** The sizes and times of the measurements: more time gives a steadier result. */
export interface NodesOptions {
  /** Rounds of one node and two in turn. The first is discarded when there is more than one. */
  rounds: number
  /** The duration of one run of messages. */
  seconds: number
  searchSteps: number
  /** A pause after the search, for its backlog. */
  restSeconds: number
  /** Clients that send direct messages; an even number. */
  clients: number
  /** The first rate of the search, and the rate for processor time, in messages a second. Low, because the database shares the processors. */
  firstRate: number
  fixedRate: number
  broadcasts: number
  /** Messages over the bus only; a multiple of 200. */
  busMessages: number
  /** The first connections pay for what a process allocates once. */
  firstConnections: number
  connections: number
}

export const NODES_NORMAL: NodesOptions = {
  rounds: 3,
  seconds: 3,
  searchSteps: 5,
  restSeconds: 8,
  clients: 40,
  firstRate: 40,
  fixedRate: 20,
  broadcasts: 8,
  busMessages: 20_000,
  firstConnections: 200,
  connections: 1000,
}
export const NODES_QUICK: NodesOptions = {
  ...NODES_NORMAL,
  rounds: 1,
  seconds: 1,
  searchSteps: 3,
  restSeconds: 2,
  broadcasts: 4,
  busMessages: 4000,
  connections: 300,
}
/** For the bench's own test. */
export const NODES_TINY: NodesOptions = {
  rounds: 1,
  seconds: 0.5,
  searchSteps: 1,
  restSeconds: 0,
  clients: 4,
  firstRate: 20,
  fixedRate: 20,
  broadcasts: 2,
  busMessages: 400,
  firstConnections: 4,
  connections: 10,
}
