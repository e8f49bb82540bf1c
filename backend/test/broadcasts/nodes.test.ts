import { expect, test } from 'vitest'
import { ANNOUNCEMENTS_ID } from '../../src/contract/index.ts'
import { messagesOf } from '../helpers/groups.ts'
import { person, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/startServer.ts'
import { acknowledge, at, countsOf, pendingOf, readAnnouncements, send } from './helpers.ts'

/** Only MongoDB lets two processes use its data. */
const ONE_NODE = process.env['MONGO_DB_URI'] === undefined

test.skipIf(ONE_NODE)(
  'two nodes send a scheduled broadcast once, and the ledger adds up on both',
  { timeout: 90_000 },
  async () => {
    const first = await startServer()
    const second = await startServer({}, first.dataDir)
    const admin = await person(first, 'admin')
    const readers: Person[] = []
    for (let index = 0; index < 12; index += 1)
      readers.push(await person(index % 2 === 0 ? first : second, `reader${index}`))
    const boss = at(second, admin)
    const scheduled = await Promise.all(
      Array.from({ length: 3 }, (_, index) =>
        send(admin, { title: `Drill ${index}`, sendAt: new Date(Date.now() + 1000).toISOString() }),
      ),
    )
    // The second node finds them by its own poll. Both poll when a broadcast is sent now.
    const statesNow = async () => {
      await send(boss, { title: 'A nudge', audience: { kind: 'people', ids: [readers[11]!.id] } })
      return Promise.all(scheduled.map(async ({ id }) => (await boss.get(`/api/admin/broadcasts/${id}`)).body.state))
    }
    await expect.poll(statesNow, { timeout: 60_000 }).toEqual(['sent', 'sent', 'sent'])

    const [reader] = readers
    if (!reader) throw new Error('No user')
    const messages = (await messagesOf(reader, ANNOUNCEMENTS_ID)).filter(({ hidden }) => !hidden)
    expect(messages.map(({ clientMessageId }) => clientMessageId).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      scheduled.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1)),
    )
    const all = (await messagesOf(boss, ANNOUNCEMENTS_ID)).map(({ seq }) => seq)
    expect(all).toEqual(all.map((_, index) => index + 1))

    const [{ id }] = scheduled as [(typeof scheduled)[0], ...typeof scheduled]
    const { seq } = messages.find(({ clientMessageId }) => clientMessageId === id) ?? { seq: 0 }
    // Each user does it on both nodes.
    await Promise.all(
      readers.map(async (someone, index) => {
        const other = at(index % 2 === 0 ? second : first, someone)
        if (index < 8)
          for (const { status } of await Promise.all([acknowledge(someone, id), acknowledge(other, id)]))
            expect(status).toBe(200)
        else if (index < 10) await readAnnouncements(other, seq)
      }),
    )
    for (const who of [admin, boss])
      expect(await countsOf(who, id)).toEqual({ recipients: 12, queued: 2, delivered: 0, opened: 2, acknowledged: 8 })
    expect((await pendingOf(at(first, readers[1]))).map((pending) => pending.id)).not.toContain(id)
  },
)
