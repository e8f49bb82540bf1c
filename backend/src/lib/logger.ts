import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { currentRequest, requestLogFields } from './requestContext.ts'

export type { Logger } from 'pino'

/**
 * Creates a logger that writes JSON lines to standard output, each with its request or event. It cuts secrets that
 * could get into a line.
 */
export function createLogger(level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    // A line's own fields about its request have precedence.
    mixin: () => requestLogFields(currentRequest()),
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]', 'password', '*.password'],
      censor: '[cut]',
    },
  }
  return to ? pino(options, to) : pino(options)
}
