import { createGather } from '../lib/dataLoader.ts'
import { blockId, type BlockRecord } from '../models/block.model.ts'
import type { Models } from '../models/index.ts'

/** Who of two has blocked the other. */
export interface BlocksBetween {
  /** The first one blocks the second. */
  own: BlockRecord | null
  /** The second one blocks the first, who must not be able to tell. */
  other: BlockRecord | null
}

/** Looks up who of two blocks the other. */
export type BlocksOf = (userId: string, otherId: string) => Promise<BlocksBetween>

/** Never from memory: on another node a block may have been made just now, and it holds at once. */
export function blockBook({ Block }: Pick<Models, 'Block'>): BlocksOf {
  const find = createGather((ids) => findBlocks(Block, ids))
  return async (userId, otherId) => {
    if (userId === otherId) return { own: null, other: null }
    const [own, other] = [blockId(userId, otherId), blockId(otherId, userId)]
    const found = await find([own, other])
    return { own: found.get(own) ?? null, other: found.get(other) ?? null }
  }
}

/** Who of these people has blocked `userId`. */
export async function blocksAgainstUser(
  { Block }: Pick<Models, 'Block'>,
  userId: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, BlockRecord>> {
  if (people.length === 0) return new Map()
  const found = await findBlocks(
    Block,
    people.map((id) => blockId(id, userId)),
  )
  return new Map([...found.values()].map((block) => [block.blockerId.toHexString(), block]))
}

async function findBlocks(Block: Models['Block'], ids: string[]): Promise<ReadonlyMap<string, BlockRecord>> {
  const found = await Block.find({ _id: { $in: ids } }).lean()
  return new Map(found.map((record): [string, BlockRecord] => [record._id, record]))
}
