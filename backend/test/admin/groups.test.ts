import { expect, test } from 'vitest'
import type { AdminGroup, Page } from '../../src/contract/index.ts'
import { createGroup, remove, say, team } from '../helpers/groups.ts'

test('an admin finds every group by parts of its name, and sees nothing else of it', async () => {
  const {
    people: [admin, one, two],
  } = await team(['admin', 'one', 'two'])
  if (!admin || !one || !two) throw new Error('Three people')
  const choir = await createGroup(one, [two], { name: 'Évening Choir', description: 'Secret' })
  const parents = await createGroup(one, [], { name: 'Year 3 parents' })
  await say(one, choir.id, 'Not for admins')
  const find = async (query: string): Promise<Page<AdminGroup>> => (await admin.get(`/api/admin/groups${query}`)).body
  expect(await find('?q=choi')).toEqual({
    items: [{ id: choir.id, name: 'Évening Choir', memberCount: 2 }],
    nextCursor: null,
  })
  expect((await find('?q=evening c')).items).toHaveLength(1)
  expect((await find('?q=choir even')).items).toHaveLength(1)
  expect((await find('?q=choirs')).items).toEqual([])
  expect((await find('')).items.map(({ id }) => id).toSorted()).toEqual([choir.id, parents.id].toSorted())
  expect((await find(`?ids=${parents.id},${admin.id}`)).items).toEqual([
    { id: parents.id, name: 'Year 3 parents', memberCount: 1 },
  ])
  expect((await one.get('/api/admin/groups')).status).toBe(403)
  await remove(one, parents.id, one)
  expect((await find('?q=year')).items).toEqual([])
})

test('pages of groups have each group once', async () => {
  const {
    people: [admin],
  } = await team(['admin'])
  if (!admin) throw new Error('An admin')
  for (let number = 1; number <= 5; number += 1) await createGroup(admin, [], { name: `Room ${number}` })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page<AdminGroup> } = await admin.get(
      `/api/admin/groups?limit=2${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...body.items.map(({ name }) => name))
    cursor = body.nextCursor
  }
  expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5].map((number) => `Room ${number}`))
})
