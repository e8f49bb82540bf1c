/** How much time is spent for how steady a result. */
export interface NodesEffort {
  /** One node and two in turn. The first is discarded when there is more than one. */
  rounds: number
  /** Of one run of messages. */
  seconds: number
  searchSteps: number
  /** Clients that send direct messages; an even number. */
  clients: number
  /** Where the search begins, and the rate at which the processor time is compared, in messages a second: low, as the database shares the processors. */
  firstRate: number
  fixedRate: number
  broadcasts: number
  /** These pay for what is made once. */
  firstConnections: number
  connections: number
}

export const NODES_NORMAL: NodesEffort = { rounds: 4, seconds: 2, searchSteps: 6, clients: 100, firstRate: 200, fixedRate: 100, broadcasts: 8, firstConnections: 200, connections: 1000 }
export const NODES_QUICK: NodesEffort = { ...NODES_NORMAL, rounds: 1, seconds: 1, searchSteps: 3, broadcasts: 4, connections: 300 }
/** For the bench's own test. */
export const NODES_TINY: NodesEffort = { rounds: 1, seconds: 0.5, searchSteps: 1, clients: 4, firstRate: 20, fixedRate: 20, broadcasts: 2, firstConnections: 4, connections: 10 }
