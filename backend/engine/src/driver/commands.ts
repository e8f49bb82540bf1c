import type { CommandListener } from '../metrics.ts'
import type { Executor, Place } from '../threads/executor.ts'
import type { Answer } from '../threads/protocol.ts'
import { Transaction } from '../threads/transaction.ts'
import { encode, encodeOperations, type CodecOptions, type Doc } from './codec.ts'
import { notSupported, succeeded, translate } from './errors.ts'
import { Sessions } from './session.ts'
import { isDoc } from './shapes.ts'

/** Options that would change the meaning of a command. The engine does not support them. */
const REFUSED_OPTIONS = [
  'collation',
  'let',
  'explain',
  'tailable',
  'timeseries',
  'capped',
  'encryptedFields',
  'min',
  'max',
  'returnKey',
  'showRecordId',
]

/** The options of a command. If its session has an open transaction, the command runs in it. */
export type CommandOptions = CodecOptions & { readonly session?: unknown }

/** Sends the driver's commands to the engine and turns the engine's failures into MongoDB's errors. */
export class Commands {
  readonly sessions: Sessions
  readonly #executor: Executor
  readonly #onCommand: CommandListener | undefined

  constructor(executor: Executor, onCommand?: CommandListener) {
    this.#executor = executor
    this.#onCommand = onCommand
    this.sessions = new Sessions(() => this.#begin())
  }

  write(command: Doc, options: CommandOptions = {}): Promise<Answer> {
    return this.#watched(command, () => this.#write(() => encode(command, options), options))
  }

  writeAll(command: Doc, operations: readonly Doc[], options: CommandOptions): Promise<Answer> {
    return this.#watched(command, () => this.#write(() => encodeOperations(command, operations, options), options))
  }

  /** `place` is the thread or transaction of an open cursor. Later commands for that cursor must go there. */
  read(command: Doc, options: CommandOptions = {}, place?: Place): Promise<{ answer: Answer; place: Place }> {
    return this.#watched(command, async () => {
      try {
        const answered = await this.#read(encode(command, options), options, place)
        succeeded(answered.answer)
        return answered
      } catch (error) {
        throw translate(error)
      }
    })
  }

  /** Closes a cursor. A cursor of a finished transaction is already closed. */
  async killCursor(cursor: number, place: Place): Promise<void> {
    if (place instanceof Transaction && place.over) return
    await this.read({ op: 'killCursor', cursor }, {}, place)
  }

  close(): Promise<void> {
    return this.#executor.close()
  }

  #watched<T>({ op, c }: Doc, run: () => Promise<T>): Promise<T> {
    return this.#onCommand ? toItsEnd(run(), this.#onCommand(String(op), typeof c === 'string' ? c : '')) : run()
  }

  async #write(command: () => Buffer, { session }: CommandOptions): Promise<Answer> {
    try {
      const bytes = command()
      const transaction = isNone(session) ? undefined : await this.sessions.transactionOf(session)
      return succeeded(await (transaction ?? this.#executor).write(bytes))
    } catch (error) {
      throw translate(error)
    }
  }

  async #read(
    bytes: Buffer,
    { session }: CommandOptions,
    place: Place | undefined,
  ): Promise<{ answer: Answer; place: Place }> {
    if (place instanceof Transaction) return { answer: await place.readOn(bytes), place }
    const transaction = place !== undefined || isNone(session) ? undefined : await this.sessions.transactionOf(session)
    if (transaction === undefined) return this.#executor.read(bytes, place)
    return { answer: await transaction.read(bytes), place: transaction }
  }

  async #begin(): Promise<Transaction> {
    try {
      const { transaction, answer } = await this.#executor.begin()
      succeeded(answer)
      return transaction
    } catch (error) {
      throw translate(error)
    }
  }
}

/**
 * Throws for options that the engine cannot honour. It ignores options for a server, such as read preferences and time
 * limits.
 * @param more further options that only this method refuses
 */
export function refuseOptions(options: Doc | undefined, method: string, more: readonly string[] = []): void {
  if (options === undefined || options === null) return
  for (const name of [...REFUSED_OPTIONS, ...more]) {
    const value = options[name]
    if (value === undefined || value === null || value === false || (name === 'collation' && isSimple(value))) continue
    throw notSupported(`The option "${name}" of ${method}`)
  }
}

async function toItsEnd<T>(answer: Promise<T>, ended: (error?: unknown) => void): Promise<T> {
  try {
    const answered = await answer
    ended()
    return answered
  } catch (error) {
    ended(error)
    throw error
  }
}

/** The engine compares strings by their bytes, and that is what this collation does. */
function isSimple(collation: unknown): boolean {
  return isDoc(collation) && collation['locale'] === 'simple'
}

/** Most commands have no session, so this check saves them an await. */
function isNone(session: unknown): boolean {
  return session === undefined || session === null
}
