import type { Actor } from '../lib/delivery.ts'
import { createDataLoader } from '../lib/dataLoader.ts'
import { blockId, type BlockRecord } from '../models/block.model.ts'
import type { Models } from '../models/index.ts'

/** The blocks between two users. */
export interface BlocksBetween {
  /** The first user blocks the second. */
  own: BlockRecord | null
  /** The second user blocks the first, who must not be able to tell. */
  other: BlockRecord | null
}

/** The look-ups of blocks for messages, receipts and typing. */
export interface BlockRepository {
  /** Returns the blocks between two users. Look-ups of one turn of the event loop share a query. */
  between(userId: string, otherId: string): Promise<BlocksBetween>
}

/**
 * Creates the repository. It has no cache: another node may have stored a block just now, and a block holds at once.
 */
export function createBlockRepository({ Block }: Pick<Models, 'Block'>): BlockRepository {
  const find = createDataLoader((ids) => findBlocks(Block, ids))
  return {
    async between(userId, otherId) {
      if (userId === otherId) return { own: null, other: null }
      const [own, other] = [blockId(userId, otherId), blockId(otherId, userId)]
      const found = await find([own, other])
      return { own: found.get(own) ?? null, other: found.get(other) ?? null }
    },
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
