import { join } from 'node:path'
import { Types } from 'mongoose'
import { expect, test } from 'vitest'
import { createArchiveService } from '../../src/retention/archive.service.ts'
import { createBulkRemovalService } from '../../src/retention/bulkRemoval.service.ts'
import { createArchiveFileStore, type ArchiveFileStore } from '../../src/retention/archiveFile.store.ts'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import type { DiskReserve } from '../../src/lib/files/diskSpace.ts'
import { createLogger } from '../../src/lib/logger.ts'
import type { Delivery } from '../../src/lib/delivery.ts'
import type { AttachmentRepository } from '../../src/attachments/attachment.repository.ts'
import { createMessageLog } from '../../src/messageLog/messageLog.service.ts'
import { createGroup, team } from '../helpers/groups.ts'
import type { Person } from '../helpers/people.ts'
import { scratchDirectory } from '../operations/helpers.ts'
import { inStore, makeOlder, sayMany } from './retention.helpers.ts'

const logger = createLogger('silent')
const PACE = { step: async () => {} }

interface Context {
  archive(): Promise<void>
  resume(): Promise<void>
  files: ArchiveFileStore
  edit(this: void, text: string): Promise<void>
  left(): Promise<string[]>
  told: number[]
}

/**
 * Makes an archive service with files of four messages on a store with ten old messages in one group, and collects its
 * events.
 */
async function withTen(
  work: (context: Context) => Promise<void>,
  beforeFinish: (edit: Context['edit']) => Promise<void> = async () => {},
  reserve: DiskReserve = COST_LIMITS,
) {
  const { server, people } = await team(['admin', 'grace'])
  const [admin, grace] = people as [Person, Person]
  const { id } = await createGroup(admin, [grace])
  await server.stop()
  await inStore(server, async (models) => {
    await sayMany(
      models,
      id,
      grace,
      Array.from({ length: 10 }, (_, index) => `old-${index}`),
    )
    await makeOlder(models, id, 100, 40)
    const log = createMessageLog(models, logger)
    const told: number[] = []
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only event
    const delivery = { messageChanged: ({ seq }: { seq: number }) => told.push(seq) } as unknown as Delivery
    const bulkRemoval = createBulkRemovalService({ models, log, delivery, attachments: {} as AttachmentRepository })
    const edit = async (text: string) => {
      const found = await models.Message.findOne({ text })
      await log.change(new Types.ObjectId(id), found?.seq ?? 0, () => ({
        text: `${text}, edited`,
        editedAt: new Date(),
      }))
    }
    const real = createArchiveFileStore(join(scratchDirectory(), 'archive'), reserve)
    const files: ArchiveFileStore = {
      ...real,
      async create(name) {
        const writer = await real.create(name)
        return { ...writer, finish: async (about) => (await beforeFinish(edit), writer.finish(about)) }
      },
    }
    const { archive, resume } = createArchiveService({
      models,
      files,
      bulkRemoval,
      logger,
      version: '0',
      fileMessages: 4,
    })
    const left = async () =>
      (
        await models.Message.find({ deletedAt: null, kind: { $ne: 'system' } })
          .sort({ seq: 1 })
          .lean()
      ).map(({ text }) => text)
    await work({
      archive: () => archive('group', new Date(Date.now() - 30 * 86_400_000), PACE),
      resume: () => resume(PACE),
      files,
      edit,
      left,
      told,
    })
  })
}

async function textsIn(files: ArchiveFileStore): Promise<string[][]> {
  const all: string[][] = []
  for (const { name } of (await files.list()).toReversed()) {
    const texts: string[] = []
    for await (const line of files.lines(name)) texts.push((JSON.parse(line) as { text?: string }).text ?? '')
    all.push(texts.slice(1))
  }
  return all
}

test('many messages are in several files, and each file is complete before its messages are removed', async () => {
  await withTen(async ({ archive, files, left, told }) => {
    await archive()
    expect(await textsIn(files).then((all) => all.flat().toSorted())).toEqual(
      Array.from({ length: 10 }, (_, index) => `old-${index}`),
    )
    expect((await files.list()).map(({ messages, isCleared }) => `${messages} ${isCleared}`).toSorted()).toEqual([
      '2 true',
      '4 true',
      '4 true',
    ])
    expect(await left()).toEqual([])
    // At most one event for each file, with its newest message.
    expect(told).toHaveLength(3)
  })
}, 60_000)

test('an archive that would take the space of messages is refused, and its messages stay', async () => {
  await withTen(
    async ({ archive, files, left }) => {
      await expect(archive()).rejects.toMatchObject({ code: 'storage_full' })
      expect(await files.list()).toEqual([])
      expect(await left()).toHaveLength(10)
    },
    undefined,
    { diskReserveBytes: Number.MAX_SAFE_INTEGER, diskReserveShare: 1 },
  )
}, 60_000)

test('a message that is edited while it is archived stays until a file has its current text', async () => {
  let isFirst = true
  await withTen(
    async ({ archive, files, left }) => {
      await archive()
      expect(await left()).toEqual([])
      const all = (await textsIn(files)).flat()
      expect(all).toContain('old-1')
      expect(all).toContain('old-1, edited')
      expect(all.filter((text) => text === 'old-2')).toHaveLength(1)
    },
    async (edit) => {
      if (isFirst) await edit('old-1')
      isFirst = false
    },
  )
}, 60_000)

test('a file that was damaged before its messages were removed removes none, and they are written again', async () => {
  await withTen(async ({ archive, resume, files, left }) => {
    const broken = await files.create('group-20260101-000000-abcdef.jsonl.gz')
    await broken.write('{}')
    const at = new Date(0).toISOString()
    await files.save({
      ...(await broken.finish({ kind: 'group', createdAt: at, messages: 0, from: at, to: at })),
      sha256: 'another',
    })
    await resume()
    expect(await left()).toHaveLength(10)
    await archive()
    expect(await left()).toEqual([])
    expect((await files.list()).every(({ isCleared }) => isCleared)).toBe(true)
  })
}, 60_000)
