/** The sizes and times of the measurements: more time gives a steadier result. */
export interface BenchOptions {
  /** Interleaved rounds, Parley and the relay in turn. The first is discarded when there is more than one. */
  rounds: number
  /** The duration of one run of messages. */
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
  /** How long a started server waits before it counts as idle. */
  settleSeconds: number
}

/** Under four minutes for everything. */
export const NORMAL: BenchOptions = {
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

/** Under forty seconds: enough to see whether everything works, not to compare. */
export const QUICK: BenchOptions = {
  ...NORMAL,
  rounds: 1,
  seconds: 0.6,
  searchSteps: 4,
  broadcasts: 8,
  idleConnections: 1000,
  logins: 10,
  settleSeconds: 0.5,
}

/** For the bench's own test, which measures no speed. */
export const TINY: BenchOptions = { ...QUICK, rounds: 2, seconds: 0.3, clients: 4, fixedRate: 100 }
