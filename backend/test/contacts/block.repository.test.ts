import { Types } from 'mongoose'
import { expect, test, vi } from 'vitest'
import { createBlockRepository } from '../../src/contacts/block.repository.ts'
import { blockId, type BlockModel, type BlockRecord } from '../../src/models/block.model.ts'

const [ada, mallory] = [new Types.ObjectId(), new Types.ObjectId()]
const BLOCK: BlockRecord = {
  _id: blockId(ada.toHexString(), mallory.toHexString()),
  blockerId: ada,
  blockedId: mallory,
  createdAt: new Date(0),
  readSeq: 0,
  deliveredSeq: 0,
}

/** A collection in memory. `answer` holds a look-up back after it has read. */
function collection() {
  let stored: BlockRecord[] = []
  const state = { answer: Promise.resolve() }
  const find = vi.fn<(filter: { _id: { $in: string[] } }) => { lean(): Promise<BlockRecord[]> }>(({ _id: { $in } }) => {
    const found = stored.filter(({ _id }) => $in.includes(_id))
    return { lean: () => state.answer.then(() => found) }
  })
  const Block = {
    find,
    create: async (block: BlockRecord) => void (stored = [...stored, block]),
    deleteOne: async () => {
      const deletedCount = stored.length
      stored = []
      return { deletedCount }
    },
    deleteMany: async () => void (stored = []),
  } as unknown as BlockModel
  return { Block, find, state }
}

const between = (blocks: ReturnType<typeof createBlockRepository>) =>
  Promise.all([
    blocks.between(ada.toHexString(), mallory.toHexString()).then(({ own }) => own !== null),
    blocks.between(mallory.toHexString(), ada.toHexString()).then(({ other }) => other !== null),
  ])

test('a process that is alone looks two users up once, and each of its writes holds for both at once', async () => {
  const { Block, find } = collection()
  const blocks = createBlockRepository({ Block }, true)
  await between(blocks)
  expect(await between(blocks)).toEqual([false, false])
  expect(find).toHaveBeenCalledTimes(1)
  await blocks.add(BLOCK)
  expect(await between(blocks)).toEqual([true, true])
  await blocks.remove(ada.toHexString(), mallory.toHexString())
  expect(await between(blocks)).toEqual([false, false])
  await blocks.add(BLOCK)
  await between(blocks)
  await blocks.removeAllBy(ada)
  expect(await between(blocks)).toEqual([false, false])
})

test('a look-up that began before a block is not kept', async () => {
  const { Block, find, state } = collection()
  const blocks = createBlockRepository({ Block }, true)
  const releases: (() => void)[] = []
  state.answer = new Promise((resolve) => releases.push(resolve))
  const early = between(blocks)
  await expect.poll(() => find.mock.calls.length).toBe(1)
  await blocks.add(BLOCK)
  releases.forEach((release) => release())
  expect(await early).toEqual([false, false])
  expect(await between(blocks)).toEqual([true, true])
})

test('a process beside others asks the database each time', async () => {
  const { Block, find } = collection()
  const blocks = createBlockRepository({ Block }, false)
  await between(blocks)
  await between(blocks)
  expect(find).toHaveBeenCalledTimes(2)
})
