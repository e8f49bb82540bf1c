import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Types } from 'mongoose'
import { expect, test, vi } from 'vitest'
import { createGroupMemberRepository } from '../../src/conversations/groupMember.repository.ts'
import { createModels } from '../../src/models/index.ts'
import { withStore } from '../helpers/openStore.ts'

test('of two nodes that add members at the same time, the slower one does not leave its outdated count', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  await withStore(dataDir, async (connection) => {
    const models = await createModels(connection)
    const members = createGroupMemberRepository(models)
    const _id = new Types.ObjectId()
    const createdBy = new Types.ObjectId()
    const group = {
      name: 'Choir',
      description: '',
      pictureHash: null,
      history: 'all' as const,
      memberCount: 0,
      createdBy,
      lastJoinedSeq: 1,
    }
    await models.Conversation.create({ _id, kind: 'group', participantIds: [], group, createdAt: new Date() })
    const letIn = () => members.add(_id, [{ userId: new Types.ObjectId(), role: 'member' }], 0, true)

    await letIn()
    const count = models.Participant.countDocuments.bind(models.Participant)
    const quicker = async (filter: object): Promise<number> => {
      const before = await count(filter)
      await letIn()
      expect(await members.recount(_id)).toBe(2)
      return before
    }
    vi.spyOn(models.Participant, 'countDocuments').mockImplementationOnce(quicker as never)
    expect(await members.recount(_id)).toBe(2)
    expect((await models.Conversation.findById(_id).lean())?.group?.memberCount).toBe(2)
  })
  await rm(dataDir, { recursive: true, force: true })
})
