/** How much time is spent for how steady a result. */
export interface NodesEffort {
  /** One node and two in turn. The first is discarded when there is more than one. */
  rounds: number
  /** Of one run of messages. */
  seconds: number
  searchSteps: number
  /** After the search, for its backlog. */
  restSeconds: number
  /** Clients that send direct messages; an even number. */
  clients: number
  /** Where the search begins, and the rate at which the processor time is compared, in messages a second: low, as the database shares the processors. */
  firstRate: number
  fixedRate: number
  broadcasts: number
  /** Over the bus alone; a multiple of 200. */
  busMessages: number
  /** These pay for what is made once. */
  firstConnections: number
  connections: number
}

export const NODES_NORMAL: NodesEffort = {
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
export const NODES_QUICK: NodesEffort = {
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
export const NODES_TINY: NodesEffort = {
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
