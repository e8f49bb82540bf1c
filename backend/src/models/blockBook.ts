import { Types } from 'mongoose'
import { createGather } from '../lib/gather.ts'
import { blockId, type BlockRecord } from './block.model.ts'
import type { Models } from './index.ts'

/** Who of two has blocked the other. */
export interface BlocksBetween {
  /** The first one blocks the second. */
  own: BlockRecord | null
  /** The second one blocks the first, who must not be able to tell. */
  other: BlockRecord | null
}

export type BlockBook = ReturnType<typeof blockBook>

const NONE: BlocksBetween = { own: null, other: null }

/** Looks up blocks. Never from memory: on another node one may have been made just now, and it holds at once. */
export function blockBook({ Block }: Pick<Models, 'Block'>) {
  const find = createGather(async (ids) => {
    const found = await Block.find({ _id: { $in: ids } }).lean()
    return new Map(found.map((record): [string, BlockRecord] => [record._id, record]))
  })

  async function between(userId: string, otherId: string): Promise<BlocksBetween> {
    if (userId === otherId) return NONE
    const [own, other] = [blockId(userId, otherId), blockId(otherId, userId)]
    const found = await find([own, other])
    return { own: found.get(own) ?? null, other: found.get(other) ?? null }
  }

  /** Who of these has blocked `userId`. */
  async function against(userId: string, people: readonly string[]): Promise<ReadonlyMap<string, BlockRecord>> {
    if (people.length === 0) return new Map()
    const found = await find(people.map((id) => blockId(id, userId)))
    return new Map(people.flatMap((id): [string, BlockRecord][] => {
      const block = found.get(blockId(id, userId))
      return block ? [[id, block]] : []
    }))
  }

  return { between, against }
}

export const idsOf = (people: readonly string[]): Types.ObjectId[] => people.map((id) => new Types.ObjectId(id))
