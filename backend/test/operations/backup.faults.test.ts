import { join } from 'node:path'
import { expect, test } from 'vitest'
import { restoreBackup } from '../../src/operations/restore/backup.restorer.ts'
import { openEngine, outcome, scratchDirectory, startCommand } from './helpers.ts'

test(
  'a backup made while a server writes has every write that was acknowledged before it, and no half of a write',
  { timeout: 60_000 },
  async () => {
    const [dataDir, target] = [scratchDirectory(), join(scratchDirectory(), 'data')]
    const { connection } = await openEngine(dataDir)
    const groups = connection.collection<{ _id: string; group: number }>('groups')
    await groups.createIndex({ group: 1 })
    const state = { group: 0, ended: false }
    const write = async () => {
      const group = state.group++
      await groups.insertMany([0, 1, 2, 3, 4].map((i) => ({ _id: `${group}-${i}`, group, text: 'x'.repeat(2000) })))
    }
    while (state.group < 300) await write()
    const file = join(scratchDirectory(), 'nightly', 'backup.tar.gz')
    const backup = outcome(startCommand('backup', dataDir, file))
    void backup.then(() => {
      state.ended = true
    })
    while (!state.ended) await write()
    expect(await backup).toMatchObject({
      code: 0,
      errors: '',
      output: expect.stringContaining(`Written: ${file}`) as unknown,
    })
    // No writer waited so long that no write was possible.
    expect(state.group).toBeGreaterThan(310)

    await restoreBackup({ mongoUri: undefined, dataDir: target }, file, () => {})
    const restored = (await openEngine(target)).connection.collection<{ _id: string; group: number }>('groups')
    const ids = new Set(await restored.distinct('_id'))
    expect(ids.size % 5).toBe(0)
    for (let n = 0; n < ids.size / 5; n++) expect([0, 1, 2, 3, 4].every((i) => ids.has(`${n}-${i}`))).toBe(true)
    expect(ids.size).toBeGreaterThanOrEqual(1500)
    expect(await restored.indexes()).toEqual(await groups.indexes())
  },
)
