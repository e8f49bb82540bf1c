import { pino, type Logger } from 'pino'

export type { Logger } from 'pino'

/** JSON lines on standard output. Secrets that could slip into a log line are cut here, whoever logs them. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]', 'password', '*.password'],
      censor: '[cut]',
    },
  })
}
