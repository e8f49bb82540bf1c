import type { QueryFilter } from 'mongoose'
import { createHasColdMessages } from './hasColdMessages.cache.ts'
import type { Models } from '../models/index.ts'
import type { MessageModel, MessageRecord } from '../models/message.model.ts'

/** A query of messages, hot and cold. The filter begins with a conversation, or with a sender and `clientMessageId`. */
export interface MessageQuery {
  filter: QueryFilter<MessageRecord>
  /** What is left out, or alone given; what it is sorted by must be given. */
  projection?: Record<string, 0 | 1>
  /** By numbers or texts of which no two in the answer are equal. */
  sort?: { by: 'seq' | 'rev' | 'clientMessageId'; direction: 1 | -1 }
  /** All when absent. */
  limit?: number
}

/**
 * Messages wherever they are. `messages` is asked first: what is moved meanwhile is there already when the cold collection is asked. What is
 * in both counts as it is in `messages`, so what the cold collection has of it is passed over.
 */
export function createMessageRepository({ Message, ColdMessage }: Pick<Models, 'Message' | 'ColdMessage'>) {
  const isUsed = createHasColdMessages(ColdMessage)
  return {
    find,
    findOne,
    count,
    isThere: async (filter: QueryFilter<MessageRecord>) => (await findOne({ filter, projection: { seq: 1 } })) !== null,
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

  /** As many as are wanted of those that are in the cold collection alone. */
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

/** Places have no holes, so a page without one that ends at its limit, and begins where it must, lacks nothing. */
function isWhole({ filter, sort, limit }: MessageQuery, found: readonly object[]): boolean {
  if (limit === undefined || found.length < limit || sort?.by !== 'seq')
    return limit === 1 && found.length === 1 && typeof filter.seq === 'number'
  const [first, last] = [found[0], found.at(-1)]
  if (!first || !last || Math.abs(Number(valueOf(first, 'seq')) - Number(valueOf(last, 'seq'))) !== found.length - 1)
    return false
  const start = startOf(filter.seq, sort.direction)
  // The newest of all is never cold.
  if (start === null)
    return sort.direction === -1 && Object.keys(filter).every((name) => name === 'conversationId' || name === 'seq')
  return Number(valueOf(first, 'seq')) === start
}

const AFTER: Partial<Record<string, number>> = { $gt: 1, $gte: 0 }
const BEFORE: Partial<Record<string, number>> = { $lt: -1, $lte: 0 }

/** The place at which a range begins in its direction; null: unknown. */
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
  throw new Error(`What is sorted by ${name} must have it`)
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
