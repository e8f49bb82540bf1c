const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/**
 * What one connection, one user and one address may cost this process. docs/PROTOCOL.md ("Limits") gives the reason of each, and a test
 * keeps both equal. With several nodes, each node counts for itself.
 */
export const COST_LIMITS = {
  /** Connections of one user. */
  connectionsPerUser: 50,
  /** Connections from one address. A whole site may share an address, and a full node has 5,000 connections. */
  connectionsPerAddress: 5000,
  /** Bytes that wait for one connection that does not read. */
  waitingBytesPerConnection: 2 * MEBIBYTE,
  /** Bytes that wait for all connections together, answers of REST included. */
  waitingBytes: 64 * MEBIBYTE,
}

export type CostLimits = Readonly<typeof COST_LIMITS>
