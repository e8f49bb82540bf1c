import type { Executor } from '../executor.ts'
import type { Answer } from '../protocol.ts'
import type { Thread } from '../thread.ts'
import { encode, encodeOperations, type CodecOptions, type Doc } from './codec.ts'
import { answerError, notSupported, translate } from './errors.ts'

/** Options that would change what a command means; the engine does not have them. */
const REFUSED_OPTIONS = ['session', 'collation', 'let', 'explain', 'tailable', 'timeseries', 'capped', 'encryptedFields'] as const

/** Sends the driver's commands to the engine and makes MongoDB's errors of its failures. */
export class Commands {
  readonly #executor: Executor

  constructor(executor: Executor) {
    this.#executor = executor
  }

  write(command: Doc, options: CodecOptions = {}): Promise<Answer> {
    return this.#write(() => encode(command, options))
  }

  writeAll(command: Doc, operations: readonly Doc[], options: CodecOptions): Promise<Answer> {
    return this.#write(() => encodeOperations(command, operations, options))
  }

  async read(command: Doc, options: CodecOptions = {}, thread?: Thread): Promise<{ answer: Answer; thread: Thread }> {
    try {
      const answered = await this.#executor.read(encode(command, options), thread)
      succeeded(answered.answer)
      return answered
    } catch (error) {
      throw translate(error)
    }
  }

  close(): Promise<void> {
    return this.#executor.close()
  }

  async #write(command: () => Buffer): Promise<Answer> {
    try {
      return succeeded(await this.#executor.write(command()))
    } catch (error) {
      throw translate(error)
    }
  }
}

/** Throws for options that cannot be honoured; those that only concern a server (read preference, time limits) pass. */
export function refuseOptions(options: Doc | undefined, method: string): void {
  if (options === undefined || options === null) return
  for (const name of REFUSED_OPTIONS) {
    const value = options[name]
    if (value !== undefined && value !== null && value !== false) throw notSupported(`The option "${name}" of ${method}`)
  }
}

function succeeded(answer: Answer): Answer {
  if (answer.failed) throw answerError(answer)
  return answer
}
