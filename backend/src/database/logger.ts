import type { Logger as PinoLogger } from 'pino'

/** What the storage needs of a logger. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>
