/** How much time is spent for how steady a result. */
export interface Effort {
  /** Interleaved rounds, Parley and the relay in turn. The first is discarded when there is more than one. */
  rounds: number
  /** Of one run of messages. */
  seconds: number
  /** Runs of one search for the maximum. */
  searchSteps: number
  /** Clients that send direct messages; an even number. */
  clients: number
  /** Messages a second at which the processor time is compared. */
  fixedRate: number
  storms: readonly [small: number, large: number]
  listeners: number
  broadcasts: number
  idleConnections: number
  logins: number
  /** Before a server that just started is called idle. */
  settleSeconds: number
}

/** Under four minutes for everything. */
export const NORMAL: Effort = {
  rounds: 4,
  seconds: 1.2,
  searchSteps: 6,
  clients: 200,
  fixedRate: 2000,
  storms: [500, 2000],
  listeners: 1000,
  broadcasts: 12,
  idleConnections: 2000,
  logins: 50,
  settleSeconds: 1.5,
}

/** Under forty seconds: enough to see whether something broke, not to compare. */
export const QUICK: Effort = {
  ...NORMAL,
  rounds: 1,
  seconds: 0.6,
  searchSteps: 4,
  broadcasts: 8,
  idleConnections: 1000,
  logins: 10,
  settleSeconds: 0.5,
}

/** For the bench's own test: that it works, nothing of how fast. */
export const TINY: Effort = { ...QUICK, rounds: 2, seconds: 0.3, clients: 4, fixedRate: 100 }
