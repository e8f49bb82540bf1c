const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/**
 * The limits of the costs of one connection, one user and one address in this process. docs/PROTOCOL.md ("Limits") gives the reason of
 * each, and a test keeps both equal. With several nodes, each node counts for itself.
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
  /** Requests of one user that run at once, over all connections and REST. A request ends when its answer is sent. */
  requestsAtOnce: 8,
  /** Requests of one user that wait for their turn. */
  requestsWaiting: 192,
  /** Requests of one user: this many at once, and `requestsPerSecond` after that. */
  requestsInBurst: 500,
  requestsPerSecond: 100,
  /** Conversations whose watermark one user may move. */
  receiptsPerMinute: 3000,
  /** Signs of typing of one user. */
  typingPerMinute: 120,
  /** Pages of messages and of changes that one user may read. */
  historyPagesPerMinute: 600,
  /** Uploads of one user that are announced and not complete. */
  openUploads: 100,
  /** Bytes of the disk that uploads leave to messages ... */
  diskReserveBytes: 512 * MEBIBYTE,
  /** ... or this share of a disk that is smaller than five gigabytes. */
  diskReserveShare: 0.1,
  /** Bytes of an image when it is unpacked: width x height x channels x depth, of all frames that are shown. */
  imageBytes: 640 * MEBIBYTE,
  /** The same of an image that cannot be unpacked row by row. */
  imageBytesAtOnce: 256 * MEBIBYTE,
  /** Bytes of memory that the process which unpacks images may take. */
  imageProcessBytes: 768 * MEBIBYTE,
  /** Passwords that wait to be hashed for one account from one address. */
  passwordsPerAccount: 5,
  /** Passwords that wait to be hashed, for all. */
  passwords: 1000,
  /** Refreshes of one session. */
  refreshesPerMinute: 60,
  /** Refresh tokens and links that were not valid, from one address. */
  invalidTokensPerMinute: 60,
  /** Requests that wait for their acknowledgement on one connection. */
  requestsOutstanding: 64,
  /** Refusals in a row after which a connection is closed, since each answer costs work too. */
  refusalsInARow: 1000,
}

export type CostLimits = Readonly<typeof COST_LIMITS>
