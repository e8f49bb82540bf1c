import type { QueryFilter } from 'mongoose'
import { createHasColdMessages } from './hasColdMessages.cache.ts'
import type { Models } from '../models/index.ts'
import type { MessageModel, MessageRecord } from '../models/message.model.ts'

/**
 * A query on `messages` and the cold collection. The filter begins with a conversation, or with a sender and
 * `clientMessageId`.
 */
export interface MessageQuery {
  filter: QueryFilter<MessageRecord>
  /** As in MongoDB. It must include the field of `sort`. */
  projection?: Record<string, 0 | 1>
  /** A field with a different number or text in each result. */
  sort?: { by: 'seq' | 'rev' | 'clientMessageId'; direction: 1 | -1 }
  /** No limit when absent. */
  limit?: number
}

/**
 * Finds messages in `messages` and in the cold collection. `messages` is asked first: a message that moves in between
 * is already in the cold collection when that is asked. A message in both counts as it is in `messages`, and its cold
 * copy is left out.
 */
export interface MessageRepository {
  /** Returns the messages of a query. */
  find<T extends Pick<MessageRecord, '_id'> = MessageRecord>(query: MessageQuery): Promise<T[]>
  /** Returns the first message of a query; null when there is none. */
  findOne<T extends Pick<MessageRecord, '_id'> = MessageRecord>(query: Omit<MessageQuery, 'limit'>): Promise<T | null>
  count(filter: QueryFilter<MessageRecord>): Promise<number>
  exists(filter: QueryFilter<MessageRecord>): Promise<boolean>
}

/** Creates the repository of messages, cold ones included. */
export function createMessageRepository({
  Message,
  ColdMessage,
}: Pick<Models, 'Message' | 'ColdMessage'>): MessageRepository {
  const isUsed = createHasColdMessages(ColdMessage)
  return {
    find,
    findOne,
    count,
    exists: async (filter) => (await findOne({ filter, projection: { seq: 1 } })) !== null,
  }

  async function find<T extends Pick<MessageRecord, '_id'> = MessageRecord>(query: MessageQuery): Promise<T[]> {
    const { sort, limit } = query
    const hot = await ask<T>(Message, query, 0)
    if (isWhole(query, hot) || !(await isUsed())) return hot
    const cold = await coldOnly<T>(query, new Set(hot.map(({ _id }) => _id.toHexString())))
    if (cold.length === 0) return hot
    const all = [...hot, ...cold]
    if (sort) all.sort((a, b) => compare(valueOf(a, sort.by), valueOf(b, sort.by)) * sort.direction)
    return limit === undefined ? all : all.slice(0, limit)
  }

  async function findOne<T extends Pick<MessageRecord, '_id'> = MessageRecord>(
    query: Omit<MessageQuery, 'limit'>,
  ): Promise<T | null> {
    return (await find<T>({ ...query, limit: 1 }))[0] ?? null
  }

  async function count(filter: QueryFilter<MessageRecord>): Promise<number> {
    const hot = await Message.countDocuments(filter)
    let cold = 0
    if (!(await isUsed())) return hot
    for await (const piece of coldPieces({ filter, projection: { seq: 1 } })) cold += piece.length
    return hot + cold
  }

  /** Returns messages that are in the cold collection only, as many as the query's limit. */
  async function coldOnly<T extends Pick<MessageRecord, '_id'>>(
    query: MessageQuery,
    known: ReadonlySet<string>,
  ): Promise<T[]> {
    const found: T[] = []
    for await (const piece of coldPieces<T>(query, known)) {
      found.push(...piece)
      if (query.limit !== undefined && found.length >= query.limit) break
    }
    return found
  }

  async function* coldPieces<T extends Pick<MessageRecord, '_id'>>(
    query: MessageQuery,
    known: ReadonlySet<string> = new Set(),
  ): AsyncGenerator<T[]> {
    const size = query.limit ?? PIECE
    for (let skip = 0; ; skip += size) {
      const piece = await ask<T>(ColdMessage, { ...query, limit: size }, skip)
      const unknown = piece.filter(({ _id }) => !known.has(_id.toHexString()))
      const both =
        unknown.length === 0
          ? []
          : await Message.find({ _id: { $in: unknown.map(({ _id }) => _id) } }, { _id: 1 }).lean()
      const twice = new Set(both.map(({ _id }) => _id.toHexString()))
      yield unknown.filter(({ _id }) => !twice.has(_id.toHexString()))
      if (piece.length < size) return
    }
  }
}

const PIECE = 500

async function ask<T>(
  model: MessageModel,
  { filter, projection, sort, limit }: MessageQuery,
  skip: number,
): Promise<T[]> {
  const query = model.find(filter, projection).skip(skip)
  if (sort) query.sort({ [sort.by]: sort.direction })
  if (limit !== undefined) query.limit(limit)
  return query.lean<T[]>()
}

/**
 * Tells whether the results are complete without the cold collection. Places have no holes: a full page of consecutive
 * places that begins at the start of the range lacks nothing.
 */
function isWhole({ filter, sort, limit }: MessageQuery, found: readonly object[]): boolean {
  if (limit === undefined || found.length < limit || sort?.by !== 'seq')
    return limit === 1 && found.length === 1 && typeof filter.seq === 'number'
  const [first, last] = [found[0], found.at(-1)]
  if (!first || !last || Math.abs(Number(valueOf(first, 'seq')) - Number(valueOf(last, 'seq'))) !== found.length - 1)
    return false
  const start = startOf(filter.seq, sort.direction)
  // The newest message is never in the cold collection.
  if (start === null)
    return sort.direction === -1 && Object.keys(filter).every((name) => name === 'conversationId' || name === 'seq')
  return Number(valueOf(first, 'seq')) === start
}

const AFTER: Partial<Record<string, number>> = { $gt: 1, $gte: 0 }
const BEFORE: Partial<Record<string, number>> = { $lt: -1, $lte: 0 }

/** Returns the first place of a range in its direction; null when it is unknown. */
function startOf(range: unknown, direction: 1 | -1): number | null {
  if (typeof range !== 'object' || range === null) return null
  const bounds = Object.entries(range).flatMap(([operator, value]: [string, unknown]) => {
    const offset = direction === 1 ? AFTER[operator] : BEFORE[operator]
    return typeof value === 'number' && offset !== undefined ? [value + offset] : []
  })
  if (bounds.length === 0) return null
  return direction === 1 ? Math.max(...bounds) : Math.min(...bounds)
}

function valueOf(record: object, name: string): string | number {
  const value: unknown = Reflect.get(record, name)
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new Error(`A message has no ${name} to sort by`)
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
