import mongoose from 'mongoose'
import { noSuchTransaction } from '../errors.ts'
import type { Transaction } from '../threads/transaction.ts'
import { succeeded, translate } from './errors.ts'

const { ClientSession, MongoClient, MongoExpiredSessionError, MongoInvalidArgumentError } = mongoose.mongo

/** The private fields of a session of the driver. The driver's version comes with Mongoose, which is pinned. */
interface PrivateSession {
  client: unknown
  /** The time of the last command with this session, by the driver's clock, in milliseconds. */
  serverSession: { lastUse: number }
  /** The driver creates a new object for each transaction. */
  transaction: { state: string; transition: (state: string) => void }
}

type Session = mongoose.mongo.ClientSession

/**
 * The sessions of one client. They are sessions of MongoDB's driver with its states, its errors and its
 * `withTransaction` with retries, but their commit and abort go to the engine. As with MongoDB, a transaction begins
 * with its first command.
 */
export class Sessions {
  readonly #begin: () => Promise<Transaction>
  /** The engine's transaction for each transaction of the driver. */
  readonly #begun = new WeakMap<object, Promise<Transaction>>()
  /** Creates sessions. It never connects to a server. */
  #native: mongoose.mongo.MongoClient | undefined

  /** @param begin begins a transaction of the engine; it throws errors of the driver */
  constructor(begin: () => Promise<Transaction>) {
    this.#begin = begin
  }

  start(options?: mongoose.mongo.ClientSessionOptions): Session {
    this.#native ??= new MongoClient('mongodb://embedded')
    const session = this.#native.startSession(options)
    const [commit, abort] = [session.commitTransaction.bind(session), session.abortTransaction.bind(session)]
    session.commitTransaction = (more) => this.#commit(session, () => commit(more))
    session.abortTransaction = (more) => this.#abort(session, () => abort(more))
    return session
  }

  /**
   * Returns the transaction for a command with this session, or undefined if the session has none.
   * @throws the driver's error if the session has ended or belongs to another client
   */
  async transactionOf(session: unknown): Promise<Transaction | undefined> {
    if (session === undefined || session === null) return undefined
    if (!(session instanceof ClientSession) || privateOf(session).client !== this.#native) {
      throw new MongoInvalidArgumentError('ClientSession must be from the same MongoClient')
    }
    if (session.hasEnded) throw new MongoExpiredSessionError('Use of expired sessions is not permitted')
    const { transaction, serverSession } = privateOf(session)
    serverSession.lastUse = Math.floor(Number(process.hrtime.bigint() / 1_000_000n))
    if (!session.inTransaction()) {
      if (transaction.state !== 'NO_TRANSACTION') transaction.transition('NO_TRANSACTION')
      return undefined
    }
    const known = this.#begun.get(transaction)
    if (known !== undefined) return known
    transaction.transition('TRANSACTION_IN_PROGRESS')
    const beginning = this.#begin()
    this.#begun.set(transaction, beginning)
    return beginning
  }

  /** `native` is the driver's method. It decides the result when the transaction sent nothing to the engine. */
  async #commit(session: Session, native: () => Promise<void>): Promise<void> {
    const { transaction } = privateOf(session)
    const begun = this.#begun.get(transaction)
    if (begun === undefined || !COMMITTABLE.has(transaction.state)) return native()
    try {
      const open = await begun.catch(() => undefined)
      if (open === undefined) throw noSuchTransaction()
      succeeded(await open.commit())
    } catch (error) {
      throw translate(error)
    } finally {
      transaction.transition('TRANSACTION_COMMITTED')
    }
  }

  async #abort(session: Session, native: () => Promise<void>): Promise<void> {
    const { transaction } = privateOf(session)
    const begun = this.#begun.get(transaction)
    if (begun === undefined || !session.inTransaction()) return native()
    const open = await begun.catch(() => undefined)
    await open?.abort()
    transaction.transition('TRANSACTION_ABORTED')
  }
}

const COMMITTABLE = new Set(['TRANSACTION_IN_PROGRESS', 'TRANSACTION_COMMITTED'])

function privateOf(session: Session): PrivateSession {
  if (!isPrivate(session)) throw new Error('This version of the driver keeps its transactions elsewhere')
  return session
}

function isPrivate(session: object): session is PrivateSession {
  const transaction: unknown = Reflect.get(session, 'transaction')
  return (
    'client' in session &&
    'serverSession' in session &&
    typeof transaction === 'object' &&
    transaction !== null &&
    'state' in transaction &&
    'transition' in transaction &&
    typeof transaction.transition === 'function'
  )
}
