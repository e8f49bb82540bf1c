import type { Types } from 'mongoose'
import type { Actor } from '../lib/delivery.ts'
import { createDataLoader } from '../lib/dataLoader.ts'
import { duplicateKeyAt } from '../lib/duplicateKey.ts'
import { createFifoCache } from '../lib/fifoCache.ts'
import { blockId, type BlockRecord } from '../models/block.model.ts'
import type { Models } from '../models/index.ts'

/** The blocks between two users. */
export interface BlocksBetween {
  /** The first user blocks the second. */
  own: BlockRecord | null
  /** The second user blocks the first, who must not be able to tell. */
  other: BlockRecord | null
}

/** The pairs of users whose blocks are cached, about 300 bytes each. Most pairs have none. */
const CACHED_MAX = 50_000

/** Writes the blocks, and finds those between two users for messages, receipts and typing. */
export interface BlockRepository {
  /** Returns the blocks between two users. Look-ups of one turn of the event loop share a query. */
  between(userId: string, otherId: string): Promise<BlocksBetween>
  /** Stores a block. Resolves to false when it existed before. */
  add(block: BlockRecord): Promise<boolean>
  /** Removes a block. Resolves to false when there was none. */
  remove(blockerId: string, blockedId: string): Promise<boolean>
  /** Removes all blocks that a user made. */
  removeAllBy(blockerId: Types.ObjectId): Promise<void>
}

/**
 * Creates the repository.
 * @param isAlone no other process writes blocks, so look-ups are cached. With other nodes there is no cache: one of them
 * may have stored a block just now, and a block holds at once.
 */
export function createBlockRepository({ Block }: Pick<Models, 'Block'>, isAlone: boolean): BlockRepository {
  const find = createDataLoader((ids) => findBlocks(Block, ids))
  const cache = createFifoCache<BlocksBetween>(isAlone ? CACHED_MAX : 0)
  /** Rises with each write: a look-up that began before a write is not cached. */
  let writes = 0

  /** Runs a write, and then forgets what it may have changed. A look-up that began before is not cached either. */
  async function forgetting<T>(forget: () => void, write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } finally {
      writes += 1
      forget()
    }
  }

  function forgetPair(userId: string, otherId: string): void {
    cache.delete(blockId(userId, otherId))
    cache.delete(blockId(otherId, userId))
  }

  return {
    async between(userId, otherId) {
      if (userId === otherId) return { own: null, other: null }
      const [own, other] = [blockId(userId, otherId), blockId(otherId, userId)]
      const cached = cache.get(own)
      if (cached) return cached
      const writesBefore = writes
      const found = await find([own, other])
      const blocks = { own: found.get(own) ?? null, other: found.get(other) ?? null }
      if (writes === writesBefore) cache.put(own, blocks)
      return blocks
    },

    add: (block) =>
      forgetting(
        () => forgetPair(block.blockerId.toHexString(), block.blockedId.toHexString()),
        () =>
          Block.create(block).then(
            () => true,
            (error: unknown) => {
              if (duplicateKeyAt(error) === null) throw error
              return false
            },
          ),
      ),

    remove: (blockerId, blockedId) =>
      forgetting(
        () => forgetPair(blockerId, blockedId),
        async () => (await Block.deleteOne({ _id: blockId(blockerId, blockedId) })).deletedCount > 0,
      ),

    removeAllBy: (blockerId) =>
      forgetting(cache.clear, async () => {
        await Block.deleteMany({ blockerId })
      }),
  }
}

/** Returns which of these users have blocked `userId`, by the blocker's id. */
export async function blocksAgainstUser(
  { Block }: Pick<Models, 'Block'>,
  userId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, BlockRecord>> {
  if (userIds.length === 0) return new Map()
  const found = await findBlocks(
    Block,
    userIds.map((id) => blockId(id, userId)),
  )
  return new Map([...found.values()].map((block) => [block.blockerId.toHexString(), block]))
}

/** Returns those of the users who have not blocked the actor. The others are left out, and the actor is not told. */
export async function withoutBlockers(
  models: Pick<Models, 'Block'>,
  { userId }: Pick<Actor, 'userId'>,
  userIds: readonly string[],
): Promise<string[]> {
  const blocks = await blocksAgainstUser(models, userId, userIds)
  return userIds.filter((id) => !blocks.has(id))
}

async function findBlocks(Block: Models['Block'], ids: string[]): Promise<ReadonlyMap<string, BlockRecord>> {
  const found = await Block.find({ _id: { $in: ids } }).lean()
  return new Map(found.map((record): [string, BlockRecord] => [record._id, record]))
}
