import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { currentRequest, requestLogFields } from './requestContext.ts'

export type { Logger } from 'pino'

/**
 * JSON lines on standard output, each with the request or event that it belongs to. Secrets that could slip into a log line are cut
 * here, whoever logs them.
 */
export function createLogger(level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    // What a line says of its request itself has precedence.
    mixin: () => requestLogFields(currentRequest()),
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]', 'password', '*.password'],
      censor: '[cut]',
    },
  }
  return to ? pino(options, to) : pino(options)
}
