/** A method of a logger such as pino's: fields first, then the message. */
type Log = (fields: object, message: string) => void

/** The methods of a logger that the engine calls. */
export interface Logger {
  debug: Log
  info: Log
  warn: Log
  error: Log
}
